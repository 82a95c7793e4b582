/*
 * Losses in float that are full of kinks: is a right gradient of one accused, and is a wrong one
 * caught?
 *
 *     rough [AUDITS] [SEED]
 *
 * AUDITS (400 unless said otherwise) of each kind below, every one with samples and parameters of
 * its own. Kinks lie closer together than the shortest step that float allows, so that a difference
 * quotient may well disagree with a right gradient. Then the same audits with one element of the
 * gradient wrong. Bar: at most one right audit in 1000 has a finding of severity error. Exit status
 * 1 if it is missed.
 */
#include <gradaudit/gradaudit.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define KINDS(X)                                                                                   \
    X(HINGE, "hinge")                                                                              \
    X(HUBER, "Huber")                                                                              \
    X(QUANTILE, "quantile, L1")                                                                    \
    X(RECTIFIERS, "rectifiers, 6-4-1")                                                             \
    X(LARGEST, "the largest of 6")

#define KIND_NAME(name, text) name,
#define KIND_TEXT(name, text) text,
typedef enum kind {
    KINDS(KIND_NAME) KIND_COUNT
} kind;
static const char *const texts[] = {KINDS(KIND_TEXT)};

/* What the wrong element is multiplied by, and how the table calls it. */
static const double factors[] = {2.0, -1.0, 1.1};
static const char *const faults[] = {"doubled", "sign", "10 % off"};

enum {
    SAMPLES = 150,
    INPUTS = 6,
    UNITS = 4,
    HIDDEN = INPUTS * UNITS, /* weights into the units; those out of them follow */
    MOST = HIDDEN + UNITS,
    FAULTS = sizeof factors / sizeof *factors,
    ALLOWED_IN = 1000 /* right audits, of which one may be accused */
};

static const float BEND = 0.3F;    /* of Huber's loss: where it becomes linear */
static const float SPREAD = 3.0F;  /* of its targets: residuals on either side of the bend */
static const float ABOVE = 0.3F;   /* of the quantile: the slope above it, and 1 - that below */
static const float PENALTY = 0.1F; /* of L1 */

typedef struct fit {
    kind kind;
    uint64_t random;
    size_t n; /* parameters in use */
    float inputs[SAMPLES][INPUTS], targets[SAMPLES];
    float x[MOST], g[MOST];
    size_t wrong; /* the element of the gradient that is multiplied by */
    double factor;
} fit;

static float uniform(fit *f) /* in -1..1; SplitMix64 */
{
    uint64_t z = (f->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (float)((double)((z ^ (z >> 31)) >> 40) * 0x1p-23 - 1.0);
}

static void begin(fit *f, kind of, uint64_t seed)
{
    *f = (fit){.kind = of,
               .random = seed * 1000003U + (uint64_t)of,
               .n = of == RECTIFIERS ? MOST : INPUTS,
               .factor = 1.0};
    for (size_t i = 0; i < f->n; i++) {
        f->x[i] = uniform(f);
    }
    for (size_t s = 0; s < SAMPLES; s++) {
        f->targets[s] = uniform(f);
        for (size_t i = 0; i < INPUTS; i++) {
            f->inputs[s][i] = uniform(f);
        }
    }
}

/* ---- The loss, in float throughout ---------------------------------------------------------- */

static float squared(float v)
{
    return v * v;
}

static float linear(const fit *f, const float *row)
{
    float sum = 0;
    for (size_t i = 0; i < INPUTS; i++) {
        sum += row[i] * f->x[i];
    }
    return sum;
}

static float largest(const fit *f, const float *row)
{
    float most = row[0] * f->x[0];
    for (size_t i = 1; i < INPUTS; i++) {
        most = fmaxf(most, row[i] * f->x[i]);
    }
    return most;
}

static float network(const fit *f, const float *row)
{
    float out = 0;
    for (size_t k = 0; k < UNITS; k++) {
        float unit = 0;
        for (size_t i = 0; i < INPUTS; i++) {
            unit += row[i] * f->x[i * UNITS + k];
        }
        out += fmaxf(0, unit) * f->x[HIDDEN + k];
    }
    return out;
}

static float huber(float residual)
{
    const float size = fabsf(residual);
    return size < BEND ? residual * residual / 2 : BEND * (size - BEND / 2);
}

static float sample_loss(const fit *f, const float *row, float target)
{
    switch (f->kind) {
    case HINGE:
        return fmaxf(0, 1 - (target > 0 ? 1 : -1) * linear(f, row));
    case HUBER:
        return huber(linear(f, row) - SPREAD * target);
    case QUANTILE: {
        const float residual = linear(f, row) - target;
        return residual > 0 ? ABOVE * residual : (ABOVE - 1) * residual;
    }
    case RECTIFIERS:
        return squared(network(f, row) - target);
    case LARGEST:
        return squared(largest(f, row) - target);
    case KIND_COUNT:
        break;
    }
    return 0;
}

static double loss(void *user)
{
    const fit *const f = user;
    float sum = 0;
    for (size_t s = 0; s < SAMPLES; s++) {
        sum += sample_loss(f, f->inputs[s], f->targets[s]);
    }
    for (size_t i = 0; i < f->n && f->kind == QUANTILE; i++) {
        sum += PENALTY * fabsf(f->x[i]);
    }
    return (double)(sum / SAMPLES);
}

/* ---- Its gradient, in double; only the result is stored as float ---------------------------- */

static double product(const float *row, const float *x, size_t stride)
{
    double sum = 0.0;
    for (size_t i = 0; i < INPUTS; i++) {
        sum += (double)row[i] * (double)x[i * stride];
    }
    return sum;
}

/* Of the loss of a sample by what is linear in the parameters. */
static double slope_of_linear(const fit *f, double value, double target)
{
    if (f->kind == HINGE) {
        const double side = target > 0 ? 1.0 : -1.0;
        return 1.0 - side * value > 0 ? -side : 0.0;
    }
    if (f->kind == HUBER) {
        const double residual = value - (double)SPREAD * target;
        return fmax(-(double)BEND, fmin((double)BEND, residual));
    }
    return (double)ABOVE - (value > target ? 0.0 : 1.0);
}

static void add_linear(const fit *f, const float *row, double target, double *g)
{
    const double slope = slope_of_linear(f, product(row, f->x, 1), target);
    for (size_t i = 0; i < INPUTS; i++) {
        g[i] += slope * (double)row[i];
    }
}

static void add_largest(const fit *f, const float *row, double target, double *g)
{
    size_t at = 0;
    for (size_t i = 1; i < INPUTS; i++) {
        if ((double)row[i] * (double)f->x[i] > (double)row[at] * (double)f->x[at]) {
            at = i;
        }
    }
    g[at] += 2.0 * ((double)row[at] * (double)f->x[at] - target) * (double)row[at];
}

static void add_network(const fit *f, const float *row, double target, double *g)
{
    double units[UNITS];
    double error = -target;
    for (size_t k = 0; k < UNITS; k++) {
        units[k] = fmax(0.0, product(row, f->x + k, UNITS));
        error += units[k] * (double)f->x[HIDDEN + k];
    }
    for (size_t k = 0; k < UNITS; k++) {
        g[HIDDEN + k] += 2.0 * error * units[k];
        for (size_t i = 0; i < INPUTS && units[k] > 0; i++) {
            g[i * UNITS + k] += 2.0 * error * (double)f->x[HIDDEN + k] * (double)row[i];
        }
    }
}

static int gradient(void *user)
{
    fit *const f = user;
    double g[MOST] = {0};
    for (size_t s = 0; s < SAMPLES; s++) {
        const double target = (double)f->targets[s];
        if (f->kind == RECTIFIERS) {
            add_network(f, f->inputs[s], target, g);
        } else if (f->kind == LARGEST) {
            add_largest(f, f->inputs[s], target, g);
        } else {
            add_linear(f, f->inputs[s], target, g);
        }
    }
    for (size_t i = 0; i < f->n; i++) {
        g[i] += f->kind == QUANTILE ? copysign((double)PENALTY, (double)f->x[i]) : 0.0;
        g[i] *= i == f->wrong ? f->factor : 1.0;
        f->g[i] = (float)(g[i] / SAMPLES);
    }
    return 0;
}

/* ---- Audits --------------------------------------------------------------------------------- */

typedef struct tally {
    size_t audits, elements, accused, warned, evaluations, wrong[FAULTS], caught[FAULTS];
} tally;

static ga_result *audit(fit *f, uint64_t seed)
{
    ga_problem *problem = NULL;
    ga_result *result = NULL;
    (void)ga_problem_new(texts[f->kind], &problem);
    if (f->kind == RECTIFIERS) {
        GA_TENSOR(problem, "into", f->x, f->g, INPUTS, UNITS);
        GA_TENSOR(problem, "out", f->x + HIDDEN, f->g + HIDDEN, UNITS);
    } else {
        GA_TENSOR(problem, "w", f->x, f->g, INPUTS);
    }
    (void)ga_problem_callbacks(problem, loss, gradient, f);
    if (ga_audit(problem, &(ga_options){.seed = seed}, &result) != GA_OK) {
        printf("an audit was impossible: %s\n", ga_problem_error(problem));
        exit(2);
    }
    ga_problem_free(problem);
    return result;
}

static int has(const ga_result *result, ga_severity severity)
{
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        if (ga_result_finding(result, i)->severity == severity) {
            return 1;
        }
    }
    return 0;
}

static void audit_right(fit *f, uint64_t seed, tally *into)
{
    ga_result *const result = audit(f, seed);
    into->audits++;
    into->elements += f->n;
    into->accused += has(result, GA_ERROR) != 0;
    into->warned += has(result, GA_WARNING) != 0;
    into->evaluations += ga_result_facts(result)->evaluations;
    ga_result_free(result);
}

/* One element at random, of those whose gradient is not 0: no factor makes that wrong. */
static int pick(fit *f)
{
    const size_t first = (size_t)((uniform(f) + 1) / 2 * (float)f->n);
    f->factor = 1.0;
    (void)gradient(f);
    for (size_t i = 0; i < f->n; i++) {
        f->wrong = (first + i) % f->n;
        if (f->g[f->wrong] != 0) {
            return 1;
        }
    }
    return 0;
}

static void audit_wrong(fit *f, uint64_t seed, tally *into)
{
    for (size_t k = 0; k < FAULTS && pick(f); k++) {
        f->factor = factors[k];
        ga_result *const result = audit(f, seed);
        into->wrong[k]++;
        into->caught[k] += has(result, GA_ERROR) != 0;
        ga_result_free(result);
    }
}

static void print(kind of, const tally *t)
{
    printf("%-18s %7zu %9zu %8zu %7zu %13.1f |", texts[of], t->audits, t->elements, t->accused,
           t->warned, (double)t->evaluations / (double)t->elements);
    for (size_t k = 0; k < FAULTS; k++) {
        printf(" %8.1f%%", 100.0 * (double)t->caught[k] / (double)t->wrong[k]);
    }
    printf("\n");
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    const size_t each = argc > 1 ? strtoul(argv[1], NULL, 10) : 400;
    const uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    size_t audits = 0;
    size_t accused = 0;

    printf("%-18s %7s %9s %8s %7s %13s |", "loss", "audits", "elements", "accused", "warned",
           "evals/element");
    for (size_t k = 0; k < FAULTS; k++) {
        printf(" %9s", faults[k]);
    }
    printf("\n");
    for (int k = 0; k < KIND_COUNT; k++) {
        tally t = {0};
        for (size_t i = 0; i < each; i++) {
            fit f;
            begin(&f, (kind)k, first + i);
            audit_right(&f, first + i, &t);
            audit_wrong(&f, first + i, &t);
        }
        print((kind)k, &t);
        audits += t.audits;
        accused += t.accused;
    }
    const int met = accused * ALLOWED_IN <= audits;
    printf("%zu right audits, %zu accused, at most 1 in %d allowed; %s\n", audits, accused,
           ALLOWED_IN, met ? "all bars met" : "a bar is missed");
    return !met;
}
