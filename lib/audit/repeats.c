/*
 * Is the loss repeatable? Asked before any difference quotient, because what is only randomness
 * must never be reported as a mismatch.
 *
 * The contract calls have evaluated the point three times. If these agree bit for bit, that is the
 * answer. Otherwise a fixed sequence of calls separates the causes: f f f f at x, once aside, f f
 * at x, a gradient call, f f at x, once aside with a gradient call, f f at x. What is rare may look
 * like the doing of whatever came before it, so a cause that is not chance must show twice.
 */
#include "study.h"

#include <float.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Different orders of adding terms differ by a few roundings; 64 covers sums over a few thousand
 * terms. In units of the last place of the loss, in its own precision. */
static const double ROUNDING_ULPS = 64.0;

enum {
    SERIES = 10,
    CONFIRMING = 3 /* further series, for what may be chance after all */
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

static int differ_by_rounding(const double *values, int count, int single)
{
    double low = 0.0;
    double high = 0.0;
    gsl_stats_minmax(&low, &high, values, 1, (size_t)count);
    const double largest = fmax(fabs(low), fabs(high));
    const double ulp = (single ? (double)FLT_EPSILON : DBL_EPSILON) * largest;
    return high - low <= ROUNDING_ULPS * ulp;
}

static ga_repeat classify(const double series[SERIES], int single)
{
    if (differ_by_rounding(series, SERIES, single)) {
        return GA_REPEAT_ROUNDING;
    }
    if (drifts(series, 4)) {
        return GA_REPEAT_DRIFT;
    }
    const int settled = series[1] == series[2] && series[2] == series[3];
    if (settled && series[4] != series[3] && (series[5] == series[3] || series[5] == series[4])) {
        return GA_REPEAT_ORDER; /* only the first call after another point; or for good */
    }
    const int after_gradient =
        series[0] != series[1] || series[6] != series[5] || series[8] != series[7];
    return settled && series[4] == series[3] && series[5] == series[3] && after_gradient
               ? GA_REPEAT_GRADIENT
               : GA_REPEAT_RANDOM;
}

/* The loss at the jittered point. */
static double go_aside(ga_evidence *evidence, int with_gradient)
{
    ga_received received = {0};
    ga_study_go_to_jittered(evidence, evidence->jitter);
    const double value = ga_evaluate_loss(&evidence->evaluator);
    if (with_gradient) {
        ga_evaluate_gradient(&evidence->evaluator, GA_FILL_ZERO, 0.0, evidence->received,
                             &received);
    }
    ga_study_go_back(evidence);
    return value;
}

/* Returns the loss aside, after four calls at the point. */
static double run_series(ga_evidence *evidence, double series[SERIES])
{
    const int has_gradient = evidence->calls.has_gradient;
    ga_received received = {0};
    double aside = 0.0;
    for (int i = 0; i < SERIES; i++) {
        if (i == 4) {
            aside = go_aside(evidence, 0);
        } else if (i == 8) {
            (void)go_aside(evidence, has_gradient);
        } else if (i == 6 && has_gradient) {
            ga_evaluate_gradient(&evidence->evaluator, GA_FILL_ZERO, 0.0, evidence->received,
                                 &received);
            ga_study_go_back(evidence);
        }
        series[i] = ga_evaluate_loss(&evidence->evaluator);
        ga_study_go_back(evidence);
    }
    return aside;
}

/* A move shows only in the call after it: each value belongs to the call before. */
static int is_one_call_late(const double series[SERIES], double aside)
{
    return aside == series[3] && series[4] != series[3] && series[5] == series[3];
}

/* Calm now: what made the loss differ before has changed it for good, or it was chance. */
static ga_repeat explain_calm(const ga_evidence *evidence, double now)
{
    if (evidence->losses[evidence->loss_count - 1] != now) {
        return GA_REPEAT_RANDOM;
    }
    return evidence->losses[0] != evidence->losses[1] ? GA_REPEAT_GRADIENT : GA_REPEAT_ORDER;
}

/* The variables of a network kept in float: its loss is not known better, whatever type it has. */
static int is_all_float(const ga_evidence *evidence)
{
    size_t floats = 0;
    size_t trainable = 0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        trainable += block->role == GA_TRAINABLE;
        floats += block->role == GA_TRAINABLE && block->dtype == GA_F32;
    }
    return trainable > 0 && floats == trainable;
}

/* Differs after another point and nowhere else: by rounding here, by more after a longer way. Sums
 * that change between two values look so in one series of 64. */
static int follows_order(const double series[SERIES])
{
    return series[1] == series[2] && series[2] == series[3] && series[4] != series[3] &&
           (series[5] == series[4] || series[5] == series[3]) && series[6] == series[5] &&
           series[7] == series[6];
}

/* A cause other than chance shows again in further series, or never again. */
static ga_repeat confirm(ga_evidence *evidence, ga_repeat kind, int single)
{
    for (int i = 0; i < CONFIRMING && (kind == GA_REPEAT_ORDER || kind == GA_REPEAT_GRADIENT);
         i++) {
        double again[SERIES] = {0};
        (void)run_series(evidence, again);
        if (evidence->evaluator.spent || count_distinct(again, SERIES) == 1) {
            continue;
        }
        if (has_nonfinite(again, SERIES)) {
            return GA_REPEAT_RANDOM;
        }
        const ga_repeat now = classify(again, single);
        kind = now == GA_REPEAT_RANDOM || now == GA_REPEAT_DRIFT ||
                       (now == GA_REPEAT_ROUNDING && !follows_order(again))
                   ? now
                   : kind;
    }
    return kind;
}

static void look_closer(ga_evidence *evidence)
{
    ga_repeats *const repeats = &evidence->repeats;
    double series[SERIES] = {0};
    const double aside = run_series(evidence, series);
    if (evidence->evaluator.spent) {
        repeats->kind = GA_REPEAT_RANDOM; /* differs, and no evaluations are left to say how */
        return;
    }
    const int single =
        is_all_float(evidence) ||
        (all_single(series, SERIES) && all_single(evidence->losses, evidence->loss_count));
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
    ga_repeat kind = GA_REPEAT_RANDOM;
    if (repeats->distinct == 1) {
        measure_spread(repeats, evidence->losses, evidence->loss_count);
        kind = explain_calm(evidence, series[0]);
        const int rounding = differ_by_rounding(evidence->losses, evidence->loss_count, single);
        kind = kind == GA_REPEAT_RANDOM && rounding ? GA_REPEAT_ROUNDING : kind;
    } else {
        kind = classify(series, single);
        kind = kind == GA_REPEAT_ROUNDING && follows_order(series) ? GA_REPEAT_ORDER : kind;
    }
    repeats->kind = confirm(evidence, kind, single);
    evidence->one_call_late = repeats->kind == GA_REPEAT_ORDER && is_one_call_late(series, aside);
}

void ga_study_look_again(ga_evidence *evidence, double late)
{
    const ga_repeats before = evidence->repeats;
    const size_t evaluations = evidence->evaluator.evaluations;
    evidence->losses[1] = evidence->losses[2] = late; /* as if the calls had shown it */
    look_closer(evidence);
    const ga_repeat kind = evidence->repeats.kind;
    if (kind != GA_REPEAT_ROUNDING && kind != GA_REPEAT_ORDER) {
        evidence->repeats = before;
        evidence->late =
            (ga_late){.first = evidence->losses[0], .last = late, .evaluations = evaluations};
    }
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
        const int restless = repeats->kind == GA_REPEAT_DRIFT || repeats->kind == GA_REPEAT_RANDOM;
        const ga_status settled = restless ? ga_study_settle_restless(evidence) : GA_OK;
        if (settled != GA_OK) {
            return settled;
        }
        repeats->usable = restless ? repeats->by_repeats : !evidence->one_call_late;
        if (repeats->kind != GA_REPEAT_EQUAL && repeats->kind != GA_REPEAT_ROUNDING) {
            evidence->evaluator.workers = 0; /* the order of the calls matters */
        }
    }
    *out = &evidence->repeats;
    return GA_OK;
}
