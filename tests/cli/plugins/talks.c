/*
 * Subjects whose open() has something to say before it refuses, dies or goes on.
 */
#include "bowl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const faults[] = {"transposed", "sign", "bias summed \033[31mtwice", "\xff"};

static void list_faults(void)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        printf("%s\n", faults[i]);
    }
    printf("a\ttab, and no line end");
    fprintf(stderr, "this is said to standard error\n");
}

/* As an example with selectable faults would be: `list` prints them, one name a line. */
static ga_problem *open_list(int argc, char **argv)
{
    ga_problem *const problem = bowl_open(argc, argv);
    if (argc > 1 && strcmp(argv[1], "list") == 0) {
        list_faults();
        (void)ga_problem_fail(problem, "nothing to audit: that was the list of faults");
    }
    return problem;
}

static ga_problem *open_and_print(int argc, char **argv)
{
    printf("reading the data\n");
    return bowl_open(argc, argv);
}

static ga_problem *open_and_die(int argc, char **argv)
{
    (void)argc;
    printf("reading the data\n");
    fprintf(stderr, "cannot go on\n");
    if (strcmp(argv[0], "exit") == 0) {
        printf("a line that has no end");
        exit(3);
    }
    abort();
}

/* More than anybody wants to keep. */
static ga_problem *open_endlessly(int argc, char **argv)
{
    ga_problem *const problem = bowl_open(argc, argv);
    char line[1001];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    for (int i = 0; i < 100000; i++) {
        puts(line);
    }
    (void)ga_problem_fail(problem, "said too much");
    return problem;
}

static const ga_subject subjects[] = {
    {.name = "list", .summary = "prints a list and refuses", .open = open_list},
    {.name = "print", .summary = "prints, and is right", .open = open_and_print},
    {.name = "abort", .summary = "prints, and aborts", .open = open_and_die},
    {.name = "exit", .summary = "prints, and exits", .open = open_and_die},
    {.name = "endless", .summary = "prints a hundred megabytes", .open = open_endlessly},
};
GA_PLUGIN(subjects)
