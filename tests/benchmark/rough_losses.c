/* Losses that are full of kinks, and the problems that they make. */
#include "rough_losses.h"

#include <math.h>
#include <time.h>

#define KIND_TEXT(name, text) text,
static const char *const texts[] = {ROUGH_KINDS(KIND_TEXT)};

static const float BEND = 0.3F;    /* of Huber's loss: where it becomes linear */
static const float SPREAD = 3.0F;  /* of its targets: residuals on either side of the bend */
static const float ABOVE = 0.3F;   /* of the quantile: the slope above it, and 1 - that below */
static const float PENALTY = 0.1F; /* of L1 */

const char *rough_text(rough_kind kind)
{
    return texts[kind];
}

float rough_uniform(rough *f) /* SplitMix64 */
{
    uint64_t z = (f->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (float)((double)((z ^ (z >> 31)) >> 40) * 0x1p-23 - 1.0);
}

void rough_begin(rough *f, rough_kind of, uint64_t seed)
{
    *f = (rough){.kind = of,
                 .random = seed * 1000003U + (uint64_t)of,
                 .n = of == ROUGH_RECTIFIERS ? ROUGH_MOST : ROUGH_INPUTS,
                 .factor = 1.0};
    for (size_t i = 0; i < f->n; i++) {
        f->x[i] = rough_uniform(f);
    }
    for (size_t s = 0; s < ROUGH_SAMPLES; s++) {
        f->targets[s] = rough_uniform(f);
        for (size_t i = 0; i < ROUGH_INPUTS; i++) {
            f->inputs[s][i] = rough_uniform(f);
        }
    }
}

/* ---- The loss, in float throughout ---------------------------------------------------------- */

static float squared(float v)
{
    return v * v;
}

static float linear(const rough *f, const float *row)
{
    float sum = 0;
    for (size_t i = 0; i < ROUGH_INPUTS; i++) {
        sum += row[i] * f->x[i];
    }
    return sum;
}

static float largest(const rough *f, const float *row)
{
    float most = row[0] * f->x[0];
    for (size_t i = 1; i < ROUGH_INPUTS; i++) {
        most = fmaxf(most, row[i] * f->x[i]);
    }
    return most;
}

static float network(const rough *f, const float *row)
{
    float out = 0;
    for (size_t k = 0; k < ROUGH_UNITS; k++) {
        float unit = 0;
        for (size_t i = 0; i < ROUGH_INPUTS; i++) {
            unit += row[i] * f->x[i * ROUGH_UNITS + k];
        }
        out += fmaxf(0, unit) * f->x[ROUGH_HIDDEN + k];
    }
    return out;
}

static float huber(float residual)
{
    const float size = fabsf(residual);
    return size < BEND ? residual * residual / 2 : BEND * (size - BEND / 2);
}

static float sample_loss(const rough *f, const float *row, float target)
{
    switch (f->kind) {
    case ROUGH_HINGE:
        return fmaxf(0, 1 - (target > 0 ? 1 : -1) * linear(f, row));
    case ROUGH_HUBER:
        return huber(linear(f, row) - SPREAD * target);
    case ROUGH_QUANTILE: {
        const float residual = linear(f, row) - target;
        return residual > 0 ? ABOVE * residual : (ABOVE - 1) * residual;
    }
    case ROUGH_RECTIFIERS:
        return squared(network(f, row) - target);
    case ROUGH_LARGEST:
        return squared(largest(f, row) - target);
    case ROUGH_KIND_COUNT:
        break;
    }
    return 0;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void take_time(unsigned microseconds)
{
    const double end = microseconds > 0 ? seconds() + 1e-6 * microseconds : 0.0;
    while (microseconds > 0 && seconds() < end) {
    }
}

static double loss(void *user)
{
    const rough *const f = user;
    float sum = 0;
    take_time(f->slow);
    for (size_t s = 0; s < ROUGH_SAMPLES; s++) {
        sum += sample_loss(f, f->inputs[s], f->targets[s]);
    }
    for (size_t i = 0; i < f->n && f->kind == ROUGH_QUANTILE; i++) {
        sum += PENALTY * fabsf(f->x[i]);
    }
    return (double)(sum / ROUGH_SAMPLES);
}

/* ---- Its gradient, in double; only the result is stored as float ---------------------------- */

static double product(const float *row, const float *x, size_t stride)
{
    double sum = 0.0;
    for (size_t i = 0; i < ROUGH_INPUTS; i++) {
        sum += (double)row[i] * (double)x[i * stride];
    }
    return sum;
}

/* Of the loss of a sample by what is linear in the parameters. */
static double slope_of_linear(const rough *f, double value, double target)
{
    if (f->kind == ROUGH_HINGE) {
        const double side = target > 0 ? 1.0 : -1.0;
        return 1.0 - side * value > 0 ? -side : 0.0;
    }
    if (f->kind == ROUGH_HUBER) {
        const double residual = value - (double)SPREAD * target;
        return fmax(-(double)BEND, fmin((double)BEND, residual));
    }
    return (double)ABOVE - (value > target ? 0.0 : 1.0);
}

static void add_linear(const rough *f, const float *row, double target, double *g)
{
    const double slope = slope_of_linear(f, product(row, f->x, 1), target);
    for (size_t i = 0; i < ROUGH_INPUTS; i++) {
        g[i] += slope * (double)row[i];
    }
}

static void add_largest(const rough *f, const float *row, double target, double *g)
{
    size_t at = 0;
    for (size_t i = 1; i < ROUGH_INPUTS; i++) {
        if ((double)row[i] * (double)f->x[i] > (double)row[at] * (double)f->x[at]) {
            at = i;
        }
    }
    g[at] += 2.0 * ((double)row[at] * (double)f->x[at] - target) * (double)row[at];
}

static void add_network(const rough *f, const float *row, double target, double *g)
{
    double units[ROUGH_UNITS];
    double error = -target;
    for (size_t k = 0; k < ROUGH_UNITS; k++) {
        units[k] = fmax(0.0, product(row, f->x + k, ROUGH_UNITS));
        error += units[k] * (double)f->x[ROUGH_HIDDEN + k];
    }
    for (size_t k = 0; k < ROUGH_UNITS; k++) {
        g[ROUGH_HIDDEN + k] += 2.0 * error * units[k];
        for (size_t i = 0; i < ROUGH_INPUTS && units[k] > 0; i++) {
            g[i * ROUGH_UNITS + k] += 2.0 * error * (double)f->x[ROUGH_HIDDEN + k] * (double)row[i];
        }
    }
}

int rough_gradient(void *user)
{
    rough *const f = user;
    double g[ROUGH_MOST] = {0};
    for (size_t s = 0; s < ROUGH_SAMPLES; s++) {
        const double target = (double)f->targets[s];
        if (f->kind == ROUGH_RECTIFIERS) {
            add_network(f, f->inputs[s], target, g);
        } else if (f->kind == ROUGH_LARGEST) {
            add_largest(f, f->inputs[s], target, g);
        } else {
            add_linear(f, f->inputs[s], target, g);
        }
    }
    for (size_t i = 0; i < f->n; i++) {
        g[i] += f->kind == ROUGH_QUANTILE ? copysign((double)PENALTY, (double)f->x[i]) : 0.0;
        g[i] /= ROUGH_SAMPLES;
        f->g[i] = (float)(i == f->wrong ? f->factor * g[i] + f->amount : g[i]);
    }
    return 0;
}

ga_problem *rough_open(rough *f)
{
    ga_problem *problem = NULL;
    (void)ga_problem_new(texts[f->kind], &problem);
    if (f->kind == ROUGH_RECTIFIERS) {
        GA_TENSOR(problem, "into", f->x, f->g, ROUGH_INPUTS, ROUGH_UNITS);
        GA_TENSOR(problem, "out", f->x + ROUGH_HIDDEN, f->g + ROUGH_HIDDEN, ROUGH_UNITS);
    } else {
        GA_TENSOR(problem, "w", f->x, f->g, ROUGH_INPUTS);
    }
    (void)ga_problem_callbacks(problem, loss, rough_gradient, f);
    return problem;
}
