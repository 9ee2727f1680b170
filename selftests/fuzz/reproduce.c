// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program in C, which needs no fuzzer: an actor is a thread.
 */
#include "fuzz.h"

static void print_pointer(const char *place, uint64_t len, FILE *file)
{
	fprintf(file, "(uintptr_t)(");
	if (strstr(place, "%llu")) {
		const char *rest = strstr(place, "%llu");

		fprintf(file, "%.*s%llu%s", (int)(rest - place), place, (unsigned long long)len,
			rest + strlen("%llu"));
	} else {
		fprintf(file, "%s", place);
	}
	fprintf(file, ")");
}

static void print_field(const struct call *call, unsigned int index, FILE *file)
{
	const struct field *field = &kinds[call->kind].fields[index];
	uint64_t value = call->values[index];

	fprintf(file, " .%s = ", field->name);
	switch (field->meaning) {
	case NAME:
		fprintf(file, "\"fuzz-%llu\"", (unsigned long long)value % 5);
		break;
	case BUFFER:
		print_pointer(place_name(value), call->values[index + 1], file);
		break;
	case ARRAY:
	case DESCRIPTORS:
		print_pointer(place_name(value), 64, file);
		fprintf(file, " /* %s, as %#llx says */",
			field->meaning == ARRAY ? "messages" : "descriptors",
			(unsigned long long)value);
		break;
	case TOKEN:
		fprintf(file, value == 1 ? "token" : "%#llx", (unsigned long long)value);
		break;
	case SEQUENCE:
		fprintf(file, value == 1 ? "seq" : "%#llx", (unsigned long long)value);
		break;
	default:
		fprintf(file, "%#llx", (unsigned long long)value);
	}
	fprintf(file, ",");
}

static bool has_bytes(const struct call *call, unsigned int index)
{
	const struct field *field = &kinds[call->kind].fields[index];

	return field->size && (call->values[index] || field->meaning == BUFFER);
}

static void print_command(const struct call *call, FILE *file)
{
	const struct kind *kind = &kinds[call->kind];
	unsigned int i;

	fprintf(file, "\t{\n\t\t%s arg = {", kind->type);
	for (i = 0; i < fields_of(kind); i++)
		if (has_bytes(call, i))
			print_field(call, i, file);
	fprintf(file, " };\n\n\t\tsay(\"%s\", ioctl(fd[%u], %#lx, &arg));\n", kind->name,
		call->slot, kind->cmd);
	if (kind->cmd == IPCX_IOC_RECV)
		fprintf(file, "\t\ttoken = arg.token;\n");
	if (kind->cmd == IPCX_IOC_PEEK)
		fprintf(file, "\t\tseq = arg.seq;\n");
	fprintf(file, "\t}\n");
}

static void print_plain(const struct call *call, FILE *file)
{
	const struct kind *kind = &kinds[call->kind];
	unsigned long long first = call->values[0], second = call->values[1];

	switch (kind->action) {
	case OPEN:
		fprintf(file, "\tfd[%u] = open(\"/dev/ipcx\", %llu);\n", call->slot, first & 3);
		break;
	case CLOSE:
		fprintf(file, "\tsay(\"close\", close(fd[%u]));\n", call->slot);
		break;
	case DUP:
		fprintf(file, "\tfd[%llu] = dup(fd[%u]);\n", first % SLOTS, call->slot);
		break;
	case READ:
	case WRITE:
		fprintf(file, "\tsay(\"%s\", %s(fd[%u], (void *)", kind->name, kind->name,
			call->slot);
		print_pointer(place_name(first), second, file);
		fprintf(file, ", %llu));\n", second);
		break;
	default:
		fprintf(file, "\t/* %s %llu %llu, as execute.c does it */\n", kind->name, first,
			second);
	}
}

static void print_actor(const struct program *program, unsigned int actor, FILE *file)
{
	unsigned int i;

	fprintf(file, "static void *actor_%u(void *unused)\n{\n", actor);
	for (i = 0; i < program->count; i++) {
		const struct call *call = &program->calls[i];

		if (call->actor != actor)
			continue;
		if (kinds[call->kind].action == COMMAND || kinds[call->kind].action == REOPEN)
			print_command(call, file);
		else
			print_plain(call, file);
	}
	fprintf(file, "\treturn unused;\n}\n\n");
}

void reproduce(const struct program *program, FILE *file)
{
	fprintf(file,
		"#include <fcntl.h>\n#include <pthread.h>\n#include <stdint.h>\n#include <stdio.h>\n"
		"#include <sys/ioctl.h>\n#include <sys/mman.h>\n#include <unistd.h>\n"
		"#include <linux/ipcx.h>\n\n"
		"static int fd[%u];\nstatic char buffer[%u], *end, *read_only;\n"
		"static uint64_t token, seq;\n\n"
		"static void say(const char *what, int result)\n{\n"
		"\tprintf(\"%%s: %%d\\n\", what, result);\n}\n\n", SLOTS, ROOM);
	print_actor(program, 0, file);
	print_actor(program, 1, file);
	fprintf(file,
		"int main(void)\n{\n\tpthread_t other;\n\n"
		"\tend = mmap(NULL, 0x20000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
		"\tend += 0x10000;\n\tmprotect(end, 0x10000, PROT_NONE);\n"
		"\tread_only = mmap(NULL, 0x10000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
		"\tfd[0] = open(\"/dev/ipcx\", O_RDWR);\n\tfd[1] = open(\"/dev/ipcx\", O_RDWR);\n"
		"\tpthread_create(&other, NULL, actor_1, NULL);\n\tactor_0(NULL);\n"
		"\tpthread_join(other, NULL);\n\t(void)token, (void)seq;\n\treturn 0;\n}\n");
}
