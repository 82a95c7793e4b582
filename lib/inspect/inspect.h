/*
 * Looking into a shared object without running any of it.
 *
 * The dynamic linker trusts the files it maps: a truncated one ends in SIGBUS, a damaged one in
 * anything. So a plug-in is read here first, with plain reads whose every offset is checked against
 * the size of the file, and nothing is mapped or allocated. What passes may still be refused by the
 * dynamic linker, but not for what can be seen from outside.
 */
#ifndef GA_INSPECT_INSPECT_H
#define GA_INSPECT_INSPECT_H

#include "gradaudit/gradaudit.h"

#include <link.h>

/* The parts of an open ELF file that its dynamic section leads to: offsets into the file, each 0
 * when there is none. */
typedef struct ga_elf {
    int file;
    uint64_t size;
    ElfW(Ehdr) header;
    uint64_t dynamic, dynamic_count;
    uint64_t strings, strings_size;
    uint64_t symbols, gnu_hash, sysv_hash;
    int is_program; /* a position-independent executable */
} ga_elf;

/* Open a file as a shared object of this machine. GA_EIO or GA_EINVAL with a sentence in why. */
ga_status ga_elf_open(const char *path, ga_elf *elf, char *why, size_t why_size);
void ga_elf_close(ga_elf *elf);

/* Whether the file defines and exports this symbol. 1, 0, or -1: the tables are damaged. A file
 * without a hash table answers 1, since only the dynamic linker can tell. */
int ga_elf_defines(const ga_elf *elf, const char *symbol);

/* The libraries it needs, by number from 0. 1: the name is in text, cut to `size` bytes. 0: there
 * is no such number. -1: the tables are damaged. */
int ga_elf_needed(const ga_elf *elf, size_t number, char *text, size_t size);

#endif
