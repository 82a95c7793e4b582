/*
 * Is the loss repeatable? Asked before any difference quotient, because what is only randomness
 * must never be reported as a mismatch.
 *
 * The contract calls have evaluated the point three times. If these agree bit for bit, that is the
 * answer. Otherwise a fixed sequence of calls separates the causes: f f f f at x, once aside, f f
 * at x, a gradient call, f f at x.
 */
#include "study.h"

#include <float.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Different orders of adding terms differ by a few roundings; 64 covers sums over a few thousand
 * terms. In units of the last place of the loss, in its own precision. */
static const double ROUNDING_ULPS = 64.0;

enum {
    SERIES = 8
};

static int all_single(const double *values, int count)
{
    for (int i = 0; i < count; i++) {
        if ((double)(float)values[i] != values[i]) {
            return 0;
        }
    }
    return 1;
}

static int count_distinct(const double *values, int count)
{
    int distinct = 0;
    for (int i = 0; i < count; i++) {
        int seen = 0;
        for (int k = 0; k < i; k++) {
            seen |= values[k] == values[i];
        }
        distinct += !seen;
    }
    return distinct;
}

static int has_nonfinite(const double *values, int count)
{
    for (int i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return 1;
        }
    }
    return 0;
}

/* The first value, which is finite, and one that is not; no spread can be stated. */
static void note_nonfinite(ga_repeats *repeats, const double *values, int count)
{
    repeats->calls = count;
    for (int i = 0; i < count; i++) {
        double *const kept = isfinite(values[i]) ? &repeats->value : &repeats->other;
        *kept = values[i];
    }
    repeats->distinct = 2;
    repeats->spread = repeats->deviation = (double)INFINITY;
}

static void measure_spread(ga_repeats *repeats, const double *values, int count)
{
    const size_t n = (size_t)count;
    if (has_nonfinite(values, count)) {
        note_nonfinite(repeats, values, count);
        return;
    }
    gsl_stats_minmax(&repeats->value, &repeats->other, values, 1, n);
    repeats->calls = count;
    repeats->distinct = count_distinct(values, count);
    repeats->spread = repeats->other - repeats->value;
    repeats->deviation = n > 1 ? gsl_stats_sd(values, 1, n) : 0.0;
}

/* Every call differs from the one before by nearly the same amount, all in one direction. */
static int drifts(const double *values, int count)
{
    const double first = values[1] - values[0];
    for (int i = 1; i < count; i++) {
        const double step = values[i] - values[i - 1];
        if (step == 0 || (step > 0) != (first > 0) || fabs(step) > 4 * fabs(first) ||
            fabs(first) > 4 * fabs(step)) {
            return 0;
        }
    }
    return 1;
}

static ga_repeat classify(const double series[SERIES], int single)
{
    double low = 0.0;
    double high = 0.0;
    gsl_stats_minmax(&low, &high, series, 1, SERIES);
    const double largest = fmax(fabs(low), fabs(high));
    const double ulp = (single ? (double)FLT_EPSILON : DBL_EPSILON) * largest;
    if (high - low <= ROUNDING_ULPS * ulp) {
        return GA_REPEAT_ROUNDING;
    }
    if (drifts(series, 4)) {
        return GA_REPEAT_DRIFT;
    }
    const int settled = series[1] == series[2] && series[2] == series[3];
    if (settled && series[5] == series[3]) {
        if (series[4] != series[3]) {
            return GA_REPEAT_ORDER; /* the first call after another point, and only that one */
        }
        return GA_REPEAT_GRADIENT;
    }
    if (settled && series[4] == series[5]) {
        return GA_REPEAT_ORDER; /* it never comes back */
    }
    return GA_REPEAT_RANDOM;
}

static void run_series(ga_evidence *evidence, double series[SERIES])
{
    ga_evaluator *const evaluator = &evidence->evaluator;
    ga_received received = {0};
    for (int i = 0; i < 4; i++) {
        series[i] = ga_evaluate_loss(evaluator);
        ga_study_go_back(evidence);
    }
    ga_study_go_to_jittered(evidence, evidence->jitter);
    (void)ga_evaluate_loss(evaluator);
    ga_study_go_back(evidence);
    for (int i = 4; i < 6; i++) {
        series[i] = ga_evaluate_loss(evaluator);
        ga_study_go_back(evidence);
    }
    if (!evidence->calls.refused) {
        ga_evaluate_gradient(evaluator, GA_FILL_ZERO, 0.0, evidence->received, &received);
        ga_study_go_back(evidence);
    }
    for (int i = 6; i < SERIES; i++) {
        series[i] = ga_evaluate_loss(evaluator);
        ga_study_go_back(evidence);
    }
}

static void look_closer(ga_evidence *evidence)
{
    ga_repeats *const repeats = &evidence->repeats;
    double series[SERIES] = {0};
    run_series(evidence, series);
    if (evidence->evaluator.spent) {
        repeats->kind = GA_REPEAT_RANDOM; /* differs, and no evaluations are left to say how */
        return;
    }
    const int single =
        all_single(series, SERIES) && all_single(evidence->losses, evidence->loss_count);
    if (has_nonfinite(evidence->losses, evidence->loss_count)) {
        repeats->kind = GA_REPEAT_RANDOM; /* a value now, and none a moment later */
        return;
    }
    measure_spread(repeats, series, SERIES);
    if (has_nonfinite(series, SERIES)) {
        repeats->value = evidence->losses[0];
        repeats->kind = GA_REPEAT_RANDOM;
        return;
    }
    if (repeats->distinct == 1) { /* calm now: what made it differ was the gradient, or the move */
        measure_spread(repeats, evidence->losses, evidence->loss_count);
        repeats->kind =
            evidence->losses[0] != evidence->losses[1] ? GA_REPEAT_GRADIENT : GA_REPEAT_ORDER;
        return;
    }
    repeats->kind = classify(series, single);
}

ga_status ga_evidence_repeats(ga_evidence *evidence, const ga_repeats **out)
{
    const ga_calls *calls = NULL;
    const ga_status status = ga_evidence_calls(evidence, &calls);
    *out = NULL;
    if (status != GA_OK) {
        return status;
    }
    if (!calls->loss_finite) {
        evidence->why_not = "the loss is not finite at the point";
        return GA_OK;
    }
    if (!evidence->repeats_done) {
        ga_repeats *const repeats = &evidence->repeats;
        evidence->repeats_done = 1;
        measure_spread(repeats, evidence->losses, evidence->loss_count);
        if (repeats->distinct > 1) {
            look_closer(evidence);
        }
        repeats->usable = repeats->kind != GA_REPEAT_DRIFT && repeats->kind != GA_REPEAT_RANDOM;
    }
    *out = &evidence->repeats;
    return GA_OK;
}
