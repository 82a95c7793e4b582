/*
 * Subjects that misbehave, each in the way its name says.
 */
#include "bowl.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void crash(void)
{
    volatile int *volatile nowhere = (volatile int *)0x10;
    *nowhere = 1;
}

/* What a callback does in its third call, by name. */
static void misbehave(const char *how, const char *where)
{
    static int calls;
    if (!strstr(how, where) || ++calls < 3) {
        return;
    }
    if (strncmp(how, "crash", 5) == 0) {
        crash();
    } else if (strncmp(how, "abort", 5) == 0) {
        abort();
    } else if (strncmp(how, "exit 0", 6) == 0) {
        exit(0);
    } else if (strncmp(how, "exit 3", 6) == 0) {
        exit(3);
    } else if (strncmp(how, "_exit", 5) == 0) {
        _exit(0);
    } else if (strncmp(how, "print", 5) == 0) {
        printf("loss call %d\n", calls);
        fprintf(stderr, "and a complaint\n");
    } else if (strncmp(how, "close", 5) == 0) {
        for (int file = 0; file < 256; file++) {
            (void)close(file);
        }
    } else if (strncmp(how, "fork", 4) == 0 && calls == 3) {
        (void)fork();
    } else if (strncmp(how, "kill", 4) == 0) {
        (void)kill(getppid(), SIGKILL);
        (void)pause();
    } else if (strncmp(how, "interrupt", 9) == 0) {
        (void)kill(getppid(), SIGINT); /* as Ctrl-C does */
        for (;;) {
            (void)pause();
        }
    }
}

static double loss(const double *x, size_t n, void *user)
{
    misbehave(user, "loss");
    return bowl_loss(x, n, user);
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    misbehave(user, "gradient");
    return strcmp(user, "refuse in gradient") == 0 ? 9 : bowl_gradient(x, n, g, user);
}

static void crash_when_freed(void *unused)
{
    (void)unused;
    crash();
}

static ga_problem *open_fault(int argc, char **argv)
{
    (void)argc;
    if (strcmp(argv[0], "crash in open") == 0) {
        crash();
    }
    if (strcmp(argv[0], "exit in open") == 0) {
        exit(0);
    }
    if (strcmp(argv[0], "NULL from open") == 0) {
        return NULL;
    }
    ga_problem *problem = NULL;
    const ga_flat flat = {
        .name = argv[0], .n = 2, .x = bowl_start, .loss = loss, .grad = gradient, .user = argv[0]};
    (void)ga_problem_flat(&flat, &problem);
    if (strcmp(argv[0], "fail from open") == 0) {
        (void)ga_problem_fail(problem, "cannot read '%s'", "data.csv");
    }
    if (strcmp(argv[0], "crash when freed") == 0) {
        (void)ga_problem_on_free(problem, crash_when_freed, NULL);
    }
    return problem;
}

#define FAULT(how)                                                                                 \
    {                                                                                              \
        .name = how, .summary = "misbehaves", .open = open_fault                                   \
    }
static const ga_subject subjects[] = {
    FAULT("crash in open"),     FAULT("exit in open"),       FAULT("NULL from open"),
    FAULT("fail from open"),    FAULT("crash in loss"),      FAULT("crash in gradient"),
    FAULT("abort in loss"),     FAULT("exit 0 in loss"),     FAULT("exit 3 in gradient"),
    FAULT("_exit in loss"),     FAULT("print in loss"),      FAULT("close in loss"),
    FAULT("fork in loss"),      FAULT("refuse in gradient"), FAULT("crash when freed"),
    FAULT("interrupt in loss"), FAULT("kill in loss"),
};
GA_PLUGIN(subjects)
