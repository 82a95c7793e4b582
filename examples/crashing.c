/*
 * crashing: a null pointer is written to in the seventh call of the loss.
 *
 * The loss keeps a history of its values, one allocated slot a call, and somebody thought that six
 * calls would do.
 *
 * gradaudit reports: P08 (callback-failed) with the signal that ended the callback and what was
 * being measured. The code under audit runs in a process of its own, so the report is written, the
 * run is stored, and other targets of the same command are still audited. Exit 4.
 *
 * To mend it: look before you write.
 */
#include <gradaudit/plugin.h>

enum {
    SLOTS = 6
};

typedef struct history {
    double value[SLOTS];
    double *slot[SLOTS + 1]; /* ends with NULL */
    size_t calls;
} history;

static double loss(const double *x, size_t n, void *user)
{
    history *const seen = user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += 0.5 * (double)(i + 1) * x[i] * x[i];
    }
    volatile double *const slot = seen->slot[seen->calls]; /* volatile: the write stays */
    *slot = sum;                                           /* wrong: NULL in the seventh call */
    seen->calls++;
    return sum;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = (double)(i + 1) * x[i];
    }
    return 0;
}

static ga_problem *open_crashing(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static history seen;
    for (size_t i = 0; i < SLOTS; i++) {
        seen.slot[i] = &seen.value[i];
    }
    seen.slot[SLOTS] = NULL;
    seen.calls = 0;

    const double start[4] = {1.0, -2.0, 0.5, 0.25};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .name = "crashing", .n = 4, .x = start, .loss = loss, .grad = gradient, .user = &seen},
        &p);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "crashing",
     .summary = "writes to a null pointer in the seventh call of the loss",
     .open = open_crashing},
};
GA_PLUGIN(subjects)
