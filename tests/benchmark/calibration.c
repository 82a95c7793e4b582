/*
 * Does the element probe keep its promises?
 *
 *     calibration [-v] [-f NAME] [POINTS] [SEED]
 *
 * Probes functions with known derivatives, one element a run so that nothing is shared, once with
 * the right gradient and once with 1 % added to it, at two tolerances, and compares each class with
 * the bars below. -v prints every function, -f only this one. Exit status 1 if a bar is missed.
 */
#include "calibration_functions.h"
#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POINTS = 20000
};

static const double FAULT = 0.01;     /* of the right gradient; 0.01 where that is 0 */
static const double TOO_SMALL = 1e-3; /* points nearer to 0 than this share of the range: skipped */

/* What a class must achieve. Shares are of all points, counts per million of them. */
typedef struct bar {
    const char *title;
    double coverage;
    double false_fail; /* per million, at rtol 1e-5 */
    double caught;
    double lies; /* per million */
    double evaluations;
} bar;

static const bar bars[CALIBRATION_CLASSES] = {
    [CALIBRATION_SMOOTH] = {"smooth", 0.999, 2.0, 0.92, 20.0, 5.2},
    [CALIBRATION_NOISY] = {"noisy, float", 0.999, 0.0, 0.77, 20.0, 7.2},
    [CALIBRATION_NEAR_KINK] = {"near a kink", 0.999, 0.0, 0.98, 20.0, 6.6},
    [CALIBRATION_UNDEFINED] = {"no derivative", 0.0, 1e6, 0.0, 1e6, 1e6},
    [CALIBRATION_HELD_OUT] = {"held out", 0.998, 2.0, 0.95, 20.0, 7.2},
};

typedef struct tally {
    double points;
    double covered; /* the truth lies within the bar */
    double false_fail;
    double pass;
    double inconclusive;
    double kink;
    double caught;
    double fault_passed;
    double lies; /* a PASS whose resolution is below the fault */
    double evaluations;
    double shared;
} tally;

static void add_tally(tally *sum, const tally *part)
{
    sum->points += part->points;
    sum->covered += part->covered;
    sum->false_fail += part->false_fail;
    sum->pass += part->pass;
    sum->inconclusive += part->inconclusive;
    sum->kink += part->kink;
    sum->caught += part->caught;
    sum->fault_passed += part->fault_passed;
    sum->lies += part->lies;
    sum->evaluations += part->evaluations;
    sum->shared += part->shared;
}

static void print_tally(const char *name, const tally *t)
{
    printf("  %-16s%9.0f  %.5f %6.0f   %.4f %.4f %.4f   %.4f  %.5f %5.0f   %6.2f %5.1f\n", name,
           t->points, t->covered / t->points, t->false_fail, t->pass / t->points,
           t->inconclusive / t->points, t->kink / t->points, t->caught / t->points,
           t->fault_passed / t->points, t->lies, t->evaluations / t->points, t->shared / t->points);
}

/* One point on one function, as a line. */
typedef struct place {
    const calibration_function *function;
    double x;
} place;

static double value_at(void *context, double t)
{
    const place *p = context;
    const double x = p->function->is_float ? (double)(float)(p->x + t) : p->x + t;
    return p->function->value(x, p->x);
}

static int only_line(void *context, uint64_t random, ga_line *out)
{
    (void)random;
    *out = *(const ga_line *)context;
    return 1;
}

static double uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
    return ga_hash_uniform(ga_hash(seed, stream, GA_FOR_LINE, counter));
}

static double pick_point(const calibration_function *function, double share)
{
    const double low = function->low;
    const double high = function->high;
    const double x = function->logarithmic ? exp(log(low) + share * (log(high) - log(low)))
                                           : low + share * (high - low);
    return function->is_float ? (double)(float)x : x;
}

static void probe_point(const calibration_function *function, double x, double rtol, uint64_t seed,
                        tally *out)
{
    place p = {.function = function, .x = x};
    ga_line line = {
        .value = value_at,
        .context = &p,
        .at = x,
        .scale = fabs(x),
        .reach = fabs(x),
        .below = (double)INFINITY,
        .above = (double)INFINITY,
        .is_float = function->is_float,
        .stream = 1,
    };
    ga_profile profile;
    ga_profile_begin(&profile, value_at(&p, 0.0), seed);
    ga_profile_noise(&profile, &line, only_line, &line);

    const double slope = function->slope(x, x);
    ga_claim claim = {
        .analytic = slope,
        .rtol = function->is_float ? fmax(rtol, 1e-4) : rtol, /* what a float gradient keeps */
        .rounding = 1e-12 * fabs(slope) + function->rounding,
    };
    ga_probe right;
    ga_probe_element(&profile, &line, &claim, &right);
    const double error = fabs(right.value - slope);

    out->points++;
    out->shared += (double)profile.evaluations;
    out->evaluations += (double)right.evaluations;
    out->covered += error <= right.uncertainty * (1.0 + 1e-9) + 4e-16 * fabs(slope);
    out->false_fail += right.verdict == GA_PROBE_FAIL;
    out->pass += right.verdict == GA_PROBE_PASS;
    out->kink += right.verdict == GA_PROBE_KINK;
    out->inconclusive +=
        right.verdict == GA_PROBE_INCONCLUSIVE || right.verdict == GA_PROBE_NONFINITE;

    ga_probe wrong;
    const double fault = slope == 0.0 ? FAULT : FAULT * slope;
    claim.analytic = slope + fault;
    ga_probe_element(&profile, &line, &claim, &wrong);
    out->caught += wrong.verdict == GA_PROBE_FAIL;
    out->fault_passed += wrong.verdict == GA_PROBE_PASS;
    out->lies += wrong.verdict == GA_PROBE_PASS && wrong.resolution < fabs(fault);
}

static tally probe_function(size_t index, long points, double rtol, uint64_t seed)
{
    const calibration_function *function = calibration_functions + index;
    tally sum = {.points = 0.0};
    for (long i = 0; i < points; i++) {
        const uint64_t counter = (uint64_t)i;
        const double x = pick_point(function, uniform(seed, index, counter));
        if (function->logarithmic || fabs(x) >= TOO_SMALL * function->high) {
            probe_point(function, x, rtol, ga_hash(seed, index, GA_FOR_SPACING, counter), &sum);
        }
    }
    return sum;
}

static int require(int holds, const bar *b, double rtol, const char *what, double got, double want)
{
    if (!holds) {
        printf("MISSED: %s at rtol %g: %s %g, wanted %g\n", b->title, rtol, what, got, want);
    }
    return !holds;
}

static int compare(const bar *b, const tally *t, double rtol)
{
    const double million = t->points / 1e6;
    const double allowed = rtol < 1e-4 ? b->false_fail : fmax(b->false_fail, 2.0);
    int missed = 0;
    missed += require(t->covered >= b->coverage * t->points, b, rtol, "coverage",
                      t->covered / t->points, b->coverage);
    missed += require(t->false_fail <= ceil(allowed * million), b, rtol, "false FAIL",
                      t->false_fail, ceil(allowed * million));
    missed += require(t->caught >= b->caught * t->points, b, rtol, "faults that FAIL",
                      t->caught / t->points, b->caught);
    missed += require(t->lies <= ceil(b->lies * million), b, rtol, "lies", t->lies,
                      ceil(b->lies * million));
    missed += require(t->evaluations <= b->evaluations * t->points, b, rtol, "evaluations",
                      t->evaluations / t->points, b->evaluations);
    return missed;
}

static int calibrate(long points, double rtol, uint64_t seed, int verbose, const char *only)
{
    tally sums[CALIBRATION_CLASSES];
    memset(sums, 0, sizeof sums);
    printf("rtol %g\n  %-16s%9s  %-7s %6s   %-6s %-6s %-6s   %-6s  %-7s %5s   %6s %5s\n", rtol, "",
           "points", "covered", "false", "PASS", "INC", "KINK", "caught", "passed", "lies", "evals",
           "start");
    for (size_t i = 0; i < calibration_function_count; i++) {
        if (only && strcmp(only, calibration_functions[i].name) != 0) {
            continue;
        }
        const tally one = probe_function(i, points, rtol, seed);
        add_tally(sums + calibration_functions[i].group, &one);
        if (verbose) {
            print_tally(calibration_functions[i].name, &one);
        }
    }
    int missed = 0;
    for (int k = 0; k < CALIBRATION_CLASSES; k++) {
        if (sums[k].points > 0.0) {
            print_tally(bars[k].title, sums + k);
        }
    }
    for (int k = 0; k < CALIBRATION_CLASSES && !only; k++) {
        missed += compare(bars + k, sums + k, rtol);
    }
    return missed;
}

int main(int argc, char **argv)
{
    int verbose = 0;
    const char *only = NULL;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "-v") == 0) {
            verbose = 1;
        } else if (strcmp(argv[i], "-f") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else {
            fprintf(stderr, "usage: calibration [-v] [-f NAME] [POINTS] [SEED]\n");
            return 2;
        }
    }
    const long points = i < argc ? strtol(argv[i], NULL, 10) : POINTS;
    const uint64_t seed = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 1;
    int missed = calibrate(points, 1e-5, seed, verbose, only);
    missed += calibrate(points, 1e-3, seed, verbose, only);
    printf("%d bars missed\n", missed);
    return missed > 0;
}
