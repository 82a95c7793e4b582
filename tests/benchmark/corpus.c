/*
 * Does the element probe keep its promises on whole losses?
 *
 *     corpus [-v] [INSTANCES] [SEED]
 *
 * Audits losses of 2 to 200 variables the way a run does: noise along a dense line, a pilot of four
 * elements, then every element with the right gradient, then faults planted in a dozen of them.
 * Prints each group; -v each instance and each miss. Exit status 1 on a false FAIL, a lie, or less
 * than 99 % of the resolvable faults.
 */
#include "measure.h"

#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>

#define T double
#define NAME(name) double_##name
#include "corpus_losses.inc"
#undef T
#undef NAME

#define T float
#define NAME(name) float_##name
#include "corpus_losses.inc"
#undef T
#undef NAME

#define T double complex
#define NAME(name) complex_##name
#include "corpus_losses.inc"
#undef T
#undef NAME

enum {
    N_MOST = 200,
    DATA = 10000,
    CONTRACT = 4,
    PILOT = 4,
    FAULTED = 12
};

typedef double double_loss(const double *x, int n, const double *data);
typedef float float_loss(const float *x, int n, const double *data);
typedef double complex complex_loss(const double complex *x, int n, const double *data);

typedef enum start {
    SPREAD,     /* uniform in [-1, 1) */
    POSITIVE,   /* uniform in [0.2, 1) */
    SCALED,     /* variables of 1e-8 to 1e8, features of the inverse scale */
    STATIONARY, /* all 0 */
    BROWN,      /* near (1e6, 2e-6) */
    INSIDE,     /* 1 - 1e-6 to 1 - 1e-2 */
    TIED        /* multiples of 1/4 with ties: on kinks */
} start;

typedef struct loss {
    const char *name;
    const char *group;
    double_loss *in_double;
    float_loss *in_float;
    complex_loss *in_complex;
    int n;
    start from;
    int is_float;   /* computed in float on float coordinates */
    double noise;   /* added, uniform, relative to 1 */
    double offset;  /* added */
    int is_tensor;  /* its elements are judged beside each other */
    int is_bounded; /* two of three variables stand at or very near a bound */
} loss;

#define ALL(name) double_##name, float_##name, complex_##name

static const loss losses[] = {
    {"rosenbrock", "classical", ALL(rosenbrock), 2, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"rosenbrock-10", "classical", ALL(rosenbrock), 10, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"powell-singular", "classical", ALL(powell_singular), 4, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"wood", "classical", ALL(wood), 4, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"beale", "classical", ALL(beale), 2, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"biggs-exp6", "classical", ALL(biggs_exp6), 6, POSITIVE, 0, 0.0, 0.0, 0, 0},
    {"trigonometric", "classical", ALL(trigonometric), 20, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"broyden", "classical", ALL(broyden), 60, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"least-squares", "regression", ALL(least_squares), 12, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"logistic", "regression", ALL(logistic), 12, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"poisson", "regression", ALL(poisson), 8, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"student", "regression", ALL(student), 10, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"softmax", "regression", ALL(softmax), 60, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"gaussian", "regression", ALL(gaussian), 20, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"tanh-network", "network", ALL(tanh_network), 60, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"softplus-network", "network", ALL(softplus_network), 150, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"float-squares", "float", ALL(least_squares), 12, SPREAD, 1, 0.0, 0.0, 1, 0},
    {"float-softmax", "float", ALL(softmax), 60, SPREAD, 1, 0.0, 0.0, 1, 0},
    {"float-tanh", "float", ALL(tanh_network), 60, SPREAD, 1, 0.0, 0.0, 1, 0},
    {"float-softplus", "float", ALL(softplus_network), 150, SPREAD, 1, 0.0, 0.0, 1, 0},
    {"float-rosenbrock", "float", ALL(rosenbrock), 6, SPREAD, 1, 0.0, 0.0, 0, 0},
    {"noise-1e-10", "noise", ALL(tanh_network), 60, SPREAD, 0, 1e-10, 0.0, 1, 0},
    {"noise-1e-6", "noise", ALL(tanh_network), 60, SPREAD, 0, 1e-6, 0.0, 1, 0},
    {"noise-wood", "noise", ALL(wood), 4, SPREAD, 0, 1e-6, 0.0, 0, 0},
    {"noise-logistic", "noise", ALL(logistic), 12, SPREAD, 0, 1e-10, 0.0, 1, 0},
    {"scaled-squares", "scales", ALL(least_squares), 17, SCALED, 0, 0.0, 0.0, 0, 0},
    {"scaled-logistic", "scales", ALL(logistic), 17, SCALED, 0, 0.0, 0.0, 0, 0},
    {"brown", "scales", ALL(brown_badly_scaled), 2, BROWN, 0, 0.0, 0.0, 0, 0},
    {"offset-logistic", "offset", ALL(logistic), 12, SPREAD, 0, 0.0, 1e8, 1, 0},
    {"offset-wood", "offset", ALL(wood), 4, SPREAD, 0, 0.0, 1e8, 0, 0},
    {"relu-network", "kinks", ALL(relu_network), 90, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"absolute", "kinks", ALL(absolute), 10, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"margin", "kinks", ALL(margin), 10, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"maximum", "kinks", ALL(maximum), 10, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"huber", "kinks", ALL(huber), 10, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"stationary-tanh", "stationary", ALL(tanh_network), 60, STATIONARY, 0, 0.0, 0.0, 1, 0},
    {"stationary-softmax", "stationary", ALL(softmax), 30, STATIONARY, 0, 0.0, 0.0, 1, 0},
    {"inert", "inert", ALL(inert), 16, SPREAD, 0, 0.0, 0.0, 1, 0},
    {"steep", "steep", ALL(steep), 4, SPREAD, 0, 0.0, 0.0, 0, 0},
    {"barrier", "edge", ALL(barrier), 8, INSIDE, 0, 0.0, 0.0, 0, 0},
    {"bounded-tanh", "bounds", ALL(tanh_network), 60, SPREAD, 0, 0.0, 0.0, 1, 1},
    {"bounded-wood", "bounds", ALL(wood), 4, SPREAD, 0, 0.0, 0.0, 0, 1},
    {"bounded-float", "bounds", ALL(logistic), 12, SPREAD, 1, 0.0, 0.0, 1, 1},
    {"bounded-noise", "bounds", ALL(logistic), 12, SPREAD, 0, 1e-10, 0.0, 1, 1},
};

enum {
    LOSSES = sizeof losses / sizeof *losses
};

/* One loss at one point, and what is moved for the evaluation under way. */
typedef struct instance {
    const loss *loss;
    double x[N_MOST];
    double scale[N_MOST];
    double gradient[N_MOST];
    double direction[N_MOST];
    double data[DATA];
    double rms;
    int element; /* moved by t; below 0: all, along `direction` */
} instance;

static double uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
    return ga_hash_uniform(ga_hash(seed, stream, GA_FOR_LINE, counter));
}

static double dither(const instance *in, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    (void)in;
    return 2.0 * uniform(bits, 1, 2) - 1.0;
}

static double evaluate(const instance *in, const double *x)
{
    const loss *l = in->loss;
    double value = 0.0;
    if (l->is_float) {
        float y[N_MOST];
        for (int i = 0; i < l->n; i++) {
            y[i] = (float)x[i];
        }
        value = (double)l->in_float(y, l->n, in->data);
    } else {
        value = l->in_double(x, l->n, in->data) + l->offset;
    }
    return l->noise > 0.0 ? value + l->noise * dither(in, value) : value;
}

static double line_value(void *context, double t)
{
    const instance *in = context;
    double x[N_MOST];
    memcpy(x, in->x, sizeof x);
    for (int i = 0; i < in->loss->n; i++) {
        if (in->element < 0 || in->element == i) {
            x[i] += in->element < 0 ? t * in->direction[i] : t;
        }
    }
    return evaluate(in, x);
}

static ga_line line_of(instance *in, int element)
{
    in->element = element;
    return (ga_line){
        .value = line_value,
        .context = in,
        .at = element < 0 ? 0.0 : in->x[element],
        .scale = element < 0 ? 1.0 : in->scale[element],
        .reach = element < 0 ? 1.0 : fmax(in->scale[element], 0.3 * in->rms),
        .below = in->loss->is_bounded && element % 3 == 0 ? 0.0 : (double)INFINITY,
        .above = in->loss->is_bounded && element % 3 == 1 ? 1e-10 : (double)INFINITY,
        .is_float = in->loss->is_float,
        .stream = (uint64_t)(element + 1),
    };
}

static int pick_line(void *context, uint64_t random, ga_line *out)
{
    instance *in = context;
    *out = line_of(in, (int)(random % (uint64_t)in->loss->n));
    return 1;
}

static double start_at(start from, int i, int n, double u)
{
    switch (from) {
    case SPREAD:
        return 2.0 * u - 1.0;
    case POSITIVE:
        return 0.2 + 0.8 * u;
    case SCALED:
        return (2.0 * u - 1.0) * pow(10.0, 16.0 * (double)i / (double)(n - 1) - 8.0);
    case STATIONARY:
        return 0.0;
    case BROWN:
        return i == 0 ? 1e6 * (1.0 + 0.1 * u) : 2e-6 * (1.0 + 0.1 * u);
    case INSIDE:
        return 1.0 - pow(10.0, -2.0 - 4.0 * u);
    case TIED:
        return floor(8.0 * u) / 4.0 - 1.0;
    }
    return 0.0;
}

static void build(instance *in, const loss *l, uint64_t seed)
{
    double squares = 0.0;
    double complex z[N_MOST];
    *in = (instance){.loss = l, .element = -1};
    for (int k = 0; k < DATA; k++) {
        in->data[k] = 2.0 * uniform(seed, 3, (uint64_t)k) - 1.0;
    }
    for (int i = 0; i < l->n; i++) {
        in->x[i] = start_at(l->from, i, l->n, uniform(seed, 4, (uint64_t)i));
        in->x[i] = l->is_float ? (double)(float)in->x[i] : in->x[i];
        squares += in->x[i] * in->x[i];
    }
    in->rms = sqrt(squares / (double)l->n);
    for (int k = 0; l->from == SCALED && k < 40 * l->n; k++) {
        in->data[k] /= pow(10.0, 16.0 * (double)(k % l->n) / (double)(l->n - 1) - 8.0);
    }
    if (!l->is_tensor) {
        in->rms = 0.0; /* elements of a flat vector have nothing in common */
    }
    for (int i = 0; i < l->n; i++) {
        const double fallback = squares > 0.0 ? sqrt(squares / (double)l->n) : 1.0;
        const double u = uniform(seed, 5, (uint64_t)i);
        in->scale[i] = in->x[i] != 0.0 ? fabs(in->x[i]) : fallback;
        in->direction[i] = in->scale[i] * (u < 0.5 ? u + 0.5 : -u - 0.0);
    }
    for (int i = 0; i < l->n; i++) {
        for (int j = 0; j < l->n; j++) {
            z[j] = in->x[j] + (i == j ? 1e-200 : 0.0) * (double complex)I;
        }
        in->gradient[i] = cimag(l->in_complex(z, l->n, in->data)) / 1e-200;
    }
}

/*
 * The least fault of an element that anyone could be asked to see: a central difference at its best
 * step, of the loss in exact arithmetic, plus 12 deviations of the true noise.
 */
static double resolvable(instance *in, int element, double noise)
{
    double best = (double)INFINITY;
    double x[N_MOST];
    memcpy(x, in->x, sizeof x);
    const double reach = fmax(in->scale[element], 0.3 * in->rms);
    for (double h = reach; h > 1e-9 * reach; h /= 3.0) {
        double side[2];
        for (int k = 0; k < 2; k++) {
            x[element] = in->x[element] + (k ? -h : h);
            side[k] = in->loss->in_double(x, in->loss->n, in->data);
        }
        const double error =
            fabs((side[0] - side[1]) / (2.0 * h) - in->gradient[element]) + noise / h;
        best = error < best ? error : best; /* NaN is no candidate */
    }
    return 12.0 * best;
}

typedef struct tally {
    double losses;
    double elements;
    double false_fail;
    double inconclusive;
    double kinks;
    double evaluations;
    double faults;
    double caught;
    double lies;
} tally;

typedef struct claims {
    ga_claim claim[N_MOST];
} claims;

/* What a caller knows of the gradient's own rounding, and of what is typical. */
static void make_claims(const instance *in, claims *out)
{
    const int n = in->loss->n;
    const double unit = in->loss->is_float ? 0.5 * (double)FLT_EPSILON : 0.5 * DBL_EPSILON;
    double most = 0.0;
    double most_scaled = 0.0;
    double squares = 0.0;
    for (int i = 0; i < n; i++) {
        const double scaled = fabs(in->gradient[i]) * in->scale[i];
        most = fmax(most, fabs(in->gradient[i]));
        most_scaled = fmax(most_scaled, scaled);
        squares += scaled * scaled;
    }
    const double rms = sqrt(squares / (double)n);
    for (int i = 0; i < n; i++) {
        out->claim[i] = (ga_claim){
            .analytic = in->gradient[i],
            .rtol = in->loss->is_float ? 1e-4 : 1e-6,
            .rounding = 8.0 * unit * sqrt((double)n) * fmin(most, most_scaled / in->scale[i]),
            .typical = in->loss->is_tensor ? rms : 0.0,
            .step_change = rms,
        };
    }
}

static double plant(double g, double typical, int kind)
{
    static const double factors[] = {1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0};
    switch (kind) {
    case 6:
        return -g;
    case 7:
        return 0.0;
    case 8:
        return g / 2.0;
    default:
        return g != 0.0 ? g * (1.0 + factors[kind]) : typical * factors[kind];
    }
}

enum {
    KINDS = 9
};

static void check_faults(instance *in, const ga_profile *profile, const claims *known, double noise,
                         uint64_t seed, int verbose, tally *out)
{
    const int n = in->loss->n;
    for (int k = 0; k < FAULTED && k < n; k++) {
        const int i = n <= FAULTED ? k : (int)(uniform(seed, 6, (uint64_t)k) * (double)n);
        const double least = resolvable(in, i, noise);
        const ga_line line = line_of(in, i);
        for (int kind = 0; kind < KINDS; kind++) {
            ga_claim claim = known->claim[i];
            ga_probe got;
            claim.analytic = plant(claim.analytic, claim.step_change / in->scale[i], kind);
            const double fault = fabs(claim.analytic - in->gradient[i]);
            const double tolerance = claim.rtol * fabs(in->gradient[i]) + claim.rounding;
            ga_probe_element(profile, &line, &claim, &got);
            out->lies += got.verdict == GA_PROBE_PASS && got.resolution < fault;
            if (verbose && got.verdict == GA_PROBE_PASS && got.resolution < fault) {
                printf("    lie: %s[%d] g %g claimed %g: %g +- %g, resolution %g: %s\n",
                       in->loss->name, i, in->gradient[i], claim.analytic, got.value,
                       got.uncertainty, got.resolution, ga_probe_reason_text(got.reason));
            }
            if (fault > 3.0 * tolerance && fault > least) {
                out->faults++;
                out->caught += got.verdict == GA_PROBE_FAIL;
                if (verbose && got.verdict != GA_PROBE_FAIL) {
                    printf("    missed: %s[%d] x %g g %g claimed %g (least %.2g): %g +- %g: %s\n",
                           in->loss->name, i, in->x[i], in->gradient[i], claim.analytic, least,
                           got.value, got.uncertainty, ga_probe_reason_text(got.reason));
                }
            }
        }
    }
}

static void audit(const loss *l, uint64_t seed, int verbose, tally *out)
{
    static instance in;
    claims known;
    ga_profile profile;
    build(&in, l, seed);
    make_claims(&in, &known);

    const double f0 = evaluate(&in, in.x);
    const ga_line dense = line_of(&in, -1);
    ga_profile_begin(&profile, f0, seed);
    ga_profile_see(&profile, line_value(&in, 1e-3)); /* the contract phase's second point */
    in.element = -1;
    ga_profile_noise(&profile, &dense, pick_line, &in);

    double spent = (double)(profile.evaluations + CONTRACT);
    double fails = 0.0;
    double open = 0.0;
    for (int i = 0; i < l->n; i++) {
        const ga_line line = line_of(&in, i);
        ga_probe got;
        ga_probe_element(&profile, &line, known.claim + i, &got);
        if (i < PILOT) {
            ga_profile_learn(&profile, &got);
        }
        spent += (double)got.evaluations;
        fails += got.verdict == GA_PROBE_FAIL;
        open += got.verdict == GA_PROBE_INCONCLUSIVE || got.verdict == GA_PROBE_NONFINITE;
        out->kinks += got.verdict == GA_PROBE_KINK;
        if (verbose && (got.verdict == GA_PROBE_FAIL || got.verdict == GA_PROBE_INCONCLUSIVE)) {
            printf("    right: %s[%d] x %g g %g: %g +- %g: %s%s\n", l->name, i, in.x[i],
                   in.gradient[i], got.value, got.uncertainty, ga_probe_reason_text(got.reason),
                   got.verdict == GA_PROBE_FAIL ? " FALSE FAIL" : "");
        }
    }
    if (verbose) {
        printf("  %-20s n %3d noise %.2g evaluations %.2f\n", l->name, l->n, profile.noise,
               spent / (double)l->n);
    }
    out->losses += 1.0;
    out->elements += (double)l->n;
    out->false_fail += fails;
    out->inconclusive += open;
    out->evaluations += spent;
    const double unit = l->is_float ? 0.5 * (double)FLT_EPSILON : 0.5 * DBL_EPSILON;
    const double noise = fmax(profile.noise, fmax(unit * fabs(f0), l->noise));
    check_faults(&in, &profile, &known, noise, seed, verbose, out);
}

static void add(tally *sum, const tally *part)
{
    sum->losses += part->losses;
    sum->elements += part->elements;
    sum->false_fail += part->false_fail;
    sum->inconclusive += part->inconclusive;
    sum->kinks += part->kinks;
    sum->evaluations += part->evaluations;
    sum->faults += part->faults;
    sum->caught += part->caught;
    sum->lies += part->lies;
}

static void print(const char *name, const tally *t)
{
    printf("%-16s%6.0f %8.0f %7.0f %8.4f %6.0f %8.2f %8.0f %9.4f %5.0f\n", name, t->losses,
           t->elements, t->false_fail, t->inconclusive / t->elements, t->kinks,
           t->evaluations / t->elements, t->faults, t->faults > 0.0 ? t->caught / t->faults : 1.0,
           t->lies);
}

static int size_class(int n)
{
    return n <= 4 ? 0 : n <= 12 ? 1 : n < 50 ? 2 : 3;
}

int main(int argc, char **argv)
{
    static const char *const sizes[] = {"n <= 4", "n 5 to 12", "n 13 to 49", "n >= 50"};
    const int verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    argv += verbose;
    argc -= verbose;
    const long instances = argc > 1 ? strtol(argv[1], NULL, 10) : 4;
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    tally by_size[4];
    tally all = {.losses = 0.0};
    tally group = {.losses = 0.0};
    memset(by_size, 0, sizeof by_size);

    printf("%-16s%6s %8s %7s %8s %6s %8s %8s %9s %5s\n", "", "losses", "elements", "false", "INC",
           "KINK", "evals/n", "faults", "caught", "lies");
    for (int i = 0; i < LOSSES; i++) {
        for (long k = 0; k < instances; k++) {
            tally one = {.losses = 0.0};
            audit(losses + i, ga_hash(seed, (uint64_t)i, GA_FOR_LINE, (uint64_t)k), verbose, &one);
            add(&group, &one);
            add(&by_size[size_class(losses[i].n)], &one);
            add(&all, &one);
        }
        if (i + 1 == LOSSES || strcmp(losses[i].group, losses[i + 1].group) != 0) {
            print(losses[i].group, &group);
            group = (tally){.losses = 0.0};
        }
    }
    for (int k = 0; k < 4; k++) {
        print(sizes[k], by_size + k);
    }
    print("all", &all);
    const int missed = all.false_fail > 0.0 || all.lies > 0.0 || all.caught < 0.99 * all.faults;
    printf("%s\n", missed ? "bars missed" : "all bars met");
    return missed;
}
