/* Losses that are no functions of their point; see subjects.h. */
#include "subjects.h"

#include <math.h>
#include <string.h>

static double uniform(restless *state) /* xorshift64, Marsaglia 2003 */
{
    state->random ^= state->random << 13;
    state->random ^= state->random >> 7;
    state->random ^= state->random << 17;
    return (double)(state->random >> 11) * 0x1p-53;
}

static double term(double x, size_t i)
{
    return (double)(i + 1) * (1.0 - cos(x));
}

static double slope(double x, size_t i)
{
    return (double)(i + 1) * sin(x);
}

static double plain(const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < RESTLESS_N; i++) {
        sum += term(x[i], i);
    }
    return sum;
}

/* Each term drops out in half of the calls. */
static double masked(restless *state, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < RESTLESS_N; i++) {
        sum += uniform(state) < 0.5 ? 2.0 * term(x[i], i) : 0.0;
    }
    return sum;
}

static double in_turn(const double *x, size_t first)
{
    double sum = 0.0;
    for (size_t k = 0; k < RESTLESS_N; k++) {
        const size_t i = (first + k) % RESTLESS_N;
        sum += term(x[i], i);
    }
    return sum;
}

/* y = cos(y) / 2 + x0 / 2 by iteration, begun at the last solution; good enough is left alone. */
static double warm(restless *state, const double *x)
{
    double next = 0.5 * cos(state->solution) + 0.5 * x[0];
    while (fabs(next - state->solution) > 1e-7) {
        state->solution = next;
        next = 0.5 * cos(state->solution) + 0.5 * x[0];
    }
    return plain(x) + 0.1 * state->solution;
}

/* A rough function of x: the last bits of all elements, stirred. */
static double roughness(const double *x)
{
    uint64_t bits = 1;
    for (size_t i = 0; i < RESTLESS_N; i++) {
        uint64_t own = 0;
        memcpy(&own, &x[i], sizeof own);
        bits = (bits ^ own) * 0x9e3779b97f4a7c15u;
        bits ^= bits >> 29;
    }
    return (double)(bits >> 11) * 0x1p-53 - 0.5;
}

static double loss(const double *x, size_t n, void *user)
{
    restless *const state = user;
    (void)n;
    state->calls++;
    switch (state->kind) {
    case RESTLESS_RANDOM:
    case RESTLESS_SEEDED:
        return masked(state, x);
    case RESTLESS_COUNTING:
    case RESTLESS_COUNTING_RESET:
        return plain(x) * (1.0 + 1e-3 * (double)state->calls);
    case RESTLESS_LATE:
        return plain(x) * (state->calls > 40 ? 1.25 : 1.0);
    case RESTLESS_ROUNDING:
        return in_turn(x, state->calls % RESTLESS_N);
    case RESTLESS_WARM:
        return warm(state, x);
    case RESTLESS_SIDE_EFFECT:
        return plain(x) + state->mean;
    case RESTLESS_NOISY:
        return plain(x) * (1.0 + 1e-10 * roughness(x));
    case RESTLESS_SAMPLED:
    case RESTLESS_SAMPLED_WRONG:
        return plain(x) * (1.0 + 1e-5 * (uniform(state) - 0.5));
    case RESTLESS_MASKED_BOTH:
        state->mean = uniform(state) < 0.2 ? 1.002 : 0.9995;
        return plain(x) * state->mean;
    case RESTLESS_ONE_LATE: {
        const double before = state->solution;
        state->solution = plain(x);
        return before;
    }
    case RESTLESS_NOT:
    case RESTLESS_RANDOM_GRADIENT:
    case RESTLESS_STALE:
        break;
    }
    return plain(x);
}

/* The mask of the loss, when the same seed was given again. */
static double factor(restless *state)
{
    if (state->kind == RESTLESS_SEEDED) {
        return uniform(state) < 0.5 ? 2.0 : 0.0;
    }
    if (state->kind == RESTLESS_RANDOM_GRADIENT) {
        return 0.9 + 0.2 * uniform(state);
    }
    return state->kind == RESTLESS_COUNTING_RESET  ? 1.001
           : state->kind == RESTLESS_SAMPLED_WRONG ? -1.0
           : state->kind == RESTLESS_MASKED_BOTH   ? state->mean
                                                   : 1.0;
}

static int gradient(const double *x, size_t n, double *g, void *user)
{
    restless *const state = user;
    for (size_t i = 0; i < n; i++) {
        const double at = state->kind == RESTLESS_STALE ? state->last[i] : x[i];
        g[i] = factor(state) * slope(at, i);
        state->last[i] = x[i];
    }
    if (state->kind == RESTLESS_WARM) { /* implicit: dy/dx0 = 1 / (2 + sin(y)) */
        g[0] += 0.1 / (2.0 + sin(state->solution));
    }
    if (state->kind == RESTLESS_SIDE_EFFECT) {
        state->mean = 0.5 * state->mean + 0.5;
    }
    return 0;
}

static void reseed(uint64_t seed, void *user)
{
    restless *const state = user;
    state->random = seed * 2 + 1; /* never 0 */
}

static void reset(void *user)
{
    restless *const state = user;
    state->calls = 0;
    state->resets++;
}

ga_problem *restless_open(restless *state, restless_kind kind)
{
    ga_problem *p = NULL;
    double x[RESTLESS_N];
    for (size_t i = 0; i < RESTLESS_N; i++) {
        x[i] = 0.4 + 0.1 * (double)i;
    }
    *state = (restless){.kind = kind, .random = 88172645463325252u, .solution = 0.5};
    (void)ga_problem_flat(&(ga_flat){.name = "restless",
                                     .n = RESTLESS_N,
                                     .x = x,
                                     .loss = loss,
                                     .grad = gradient,
                                     .user = state},
                          &p);
    if (kind == RESTLESS_SEEDED || kind == RESTLESS_COUNTING_RESET) {
        (void)ga_problem_hooks(p, &(ga_hooks){.reset = reset, .reseed = reseed, .user = state});
    }
    return p;
}
