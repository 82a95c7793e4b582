/*
 * How to write a plug-in, in a page.
 */
#ifndef GA_CLI_TEACH_H
#define GA_CLI_TEACH_H

/* To standard error. */
void cli_teach(void);

#endif
