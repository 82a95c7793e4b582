/*
 * random_mask: a loss that rolls dice.
 *
 * Dropout: each of 64 units is switched off at random, anew in every call, and a call counter
 * fades the regularisation in. Two calls at one point give two losses, so there is no slope to
 * compare with: every element of any gradient would "differ".
 *
 * gradaudit reports: N01 (nondeterministic) with the spread it saw, and no mismatch: it calls the
 * loss several times before it believes any difference. Exit 1.
 *
 * To mend it: for the audit, draw the same mask again (ga_problem_hooks() has `reseed` and
 * `reset`), or switch the dropout off.
 */
#include <gradaudit/plugin.h>

#include <math.h>
#include <stdint.h>

enum {
    UNITS = 64
};

typedef struct model {
    double w[UNITS], dw[UNITS];
    double input[UNITS], target;
    double mask[UNITS]; /* 0 or 2: half of the units, twice the signal */
    uint64_t dice;
    unsigned calls;
} model;

/* Vigna's xorshift64*: good enough for dice. */
static uint64_t roll(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static double output(const model *m)
{
    double sum = 0.0;
    for (size_t i = 0; i < UNITS; i++) {
        sum += m->mask[i] * m->w[i] * m->input[i];
    }
    return sum;
}

static double decay(const model *m)
{
    return 0.01 * (double)m->calls / (double)(m->calls + 100);
}

static double loss(void *user)
{
    model *const m = user;
    m->calls++; /* wrong: the loss depends on how often it was called */
    for (size_t i = 0; i < UNITS; i++) {
        m->mask[i] = roll(&m->dice) >> 63 ? 2.0 : 0.0; /* wrong: and on dice */
    }
    const double miss = output(m) - m->target;
    double squares = 0.0;
    for (size_t i = 0; i < UNITS; i++) {
        squares += m->w[i] * m->w[i];
    }
    return 0.5 * miss * miss + 0.5 * decay(m) * squares;
}

static int gradient(void *user)
{
    model *const m = user;
    const double miss = output(m) - m->target;
    for (size_t i = 0; i < UNITS; i++) {
        m->dw[i] = miss * m->mask[i] * m->input[i] + decay(m) * m->w[i];
    }
    return 0;
}

static ga_problem *open_model(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static model m = {.target = 1.0, .dice = 1936};
    for (size_t i = 0; i < UNITS; i++) {
        m.w[i] = 0.2 * sin(1.0 + (double)i);
        m.input[i] = cos(3.0 * (double)i);
    }
    ga_problem *p = NULL;
    ga_problem_new("random_mask", &p);
    GA_TENSOR(p, "w", m.w, m.dw, UNITS);
    ga_problem_input(p, "input", m.input, sizeof m.input);
    ga_problem_input(p, "target", &m.target, sizeof m.target);
    ga_problem_callbacks(p, loss, gradient, &m);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "random_mask",
     .summary = "dropout and a call counter inside the loss",
     .open = open_model},
};
GA_PLUGIN(subjects)
