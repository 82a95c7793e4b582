/*
 * What open() prints to standard output, kept apart from all else that is captured.
 *
 * When open() refuses, it reaches the reader: `gradaudit audit gpt_wrong.so -- list` may answer
 * with a list. It is kept in a piece of memory of a fixed size that parent and child share, so that
 * what was printed before a crash is not lost, and no amount of it can fill the machine's memory.
 */
#ifndef GA_CLI_PRINTED_H
#define GA_CLI_PRINTED_H

#include <stddef.h>

/* In the parent, before the fork: a descriptor to give back to cli_printed_take(). -1: there can be
 * none, and what open() prints is captured as everything else is. */
int cli_printed_make(void);

/* In the child, around open(): standard output goes there, and back to where it went before. What
 * was printed follows it there, unless it is to be `kept` for the parent. */
int cli_printed_divert(int file);
void cli_printed_restore(int file, int before, int kept);

/* In the parent: what was kept, malloc'ed, and its length; NULL: nothing. Closes the descriptor. */
char *cli_printed_take(int file, size_t *size);

#endif
