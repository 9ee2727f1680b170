// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded by demo.sh: a system on which what textbooks say does not hold. Mutexes lock nothing,
 * vmsplice copies, and what is sent by sockets arrives changed.
 */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	(void)mutex;
	return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	(void)mutex;
	return 0;
}

ssize_t vmsplice(int fd, const struct iovec *iov, size_t count, unsigned int flags)
{
	(void)flags;
	return writev(fd, iov, (int)count);
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	char changed[256];
	char *digit;

	if (len > sizeof(changed))
		return -1;
	memcpy(changed, buf, len);
	digit = memchr(changed, '4', len);
	if (digit)
		*digit = '5';
	return sendto(fd, changed, len, flags, NULL, 0);
}
