/*
 * Every element, measured singly: the pilot first, then the rest in their order, or in a random one
 * when the budget will not reach for all. What is shared by all elements (the noise, the precision
 * of the loss, a common ratio) is settled by then, so that neither order nor company changes a
 * verdict.
 */
#include "study.h"

#include "order.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What an audit is expected to cost an element, for the plan. */
static const double EVALUATIONS_PER_ELEMENT = 5.0;

static const double RTOL_F64 = 1e-6;
static const double RTOL_F32 =
    1e-4; /* what a float gradient keeps after a few hundred operations */

/* At the end the loss is evaluated once more at the point, when that is a small part of the whole.
 */
static const size_t LATE_CHECK_FROM = 20;

double ga_study_rtol(const ga_evidence *evidence, const ga_block *block)
{
    if (block->rtol > 0) {
        return block->rtol;
    }
    if (evidence->options.rtol > 0) {
        return evidence->options.rtol;
    }
    return block->dtype == GA_F32 || evidence->profile.values.single ? RTOL_F32 : RTOL_F64;
}

/*
 * How far the gradient may be off by its own rounding: 8 u sqrt(n) max|g|, a sum of n terms with
 * errors of either sign; but not more than the largest loss change of the variable would explain,
 * or a badly scaled variable's small elements would have no test at all.
 */
static double rounding_of(const ga_evidence *evidence, size_t b, size_t index, double scale)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    const ga_scales *const scales = &evidence->scales[b];
    const int is_float = block->dtype == GA_F32 || evidence->profile.values.single;
    const double unit = (is_float ? (double)FLT_EPSILON : DBL_EPSILON) / 2;
    double rounding = 8.0 * unit * sqrt((double)block->count) *
                      fmin(scales->largest_g, scales->largest_change / scale);
    if (evidence->calls.is_update) { /* before - after keeps no more than the rounding of x */
        const double own = block->dtype == GA_F32 ? (double)FLT_EPSILON : DBL_EPSILON;
        rounding += own * fabs(ga_block_get(block, index) / evidence->problem->step_rate);
    }
    return rounding;
}

int ga_study_probe(ga_evidence *evidence, size_t b, size_t index, ga_probe *probe)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    ga_study_line context = {.evidence = evidence, .block = b, .index = index};
    const ga_line line = ga_study_element_line(&context);
    const ga_claim claim = {
        .analytic = ga_study_claimed(evidence, b, index),
        .rtol = ga_study_rtol(evidence, block),
        .rounding = rounding_of(evidence, b, index, line.scale),
        .typical = block->is_tensor ? evidence->scales[b].rms_change : 0.0,
        .step_change = evidence->scales[b].rms_change,
    };
    ga_evaluator_probing(&evidence->evaluator, block, index);
    ga_probe_element(&evidence->profile, &line, &claim, probe);
    ga_evaluator_probing(&evidence->evaluator, NULL, 0);
    return !evidence->evaluator.spent;
}

int ga_study_is_judgeable(const ga_evidence *evidence, size_t b, size_t index)
{
    return !ga_study_is_unwritten(evidence, b, index) &&
           isfinite(ga_study_claimed(evidence, b, index));
}

static ga_verdict verdict_of(const ga_probe *probe)
{
    switch (probe->verdict) {
    case GA_PROBE_PASS:
    case GA_PROBE_KINK: /* a valid value: S01 says that it stands at a kink */
        return GA_PASS;
    case GA_PROBE_FAIL:
        return GA_FAIL;
    case GA_PROBE_INCONCLUSIVE:
    case GA_PROBE_NONFINITE:
        break;
    }
    return GA_INCONCLUSIVE;
}

static ga_status record(ga_evidence *evidence, size_t b, size_t index, const ga_probe *probe)
{
    ga_element *const element = ga_result_add_element(&evidence->result->variables[b]);
    if (!element) {
        return GA_ENOMEM;
    }
    *element = (ga_element){
        .index = index,
        .x = ga_block_get(&evidence->problem->blocks[b], index),
        .analytic = ga_study_claimed(evidence, b, index),
        .measured = probe->value,
        .uncertainty = probe->uncertainty,
        .resolution = probe->resolution,
        .step = probe->step,
        .verdict = verdict_of(probe),
        .evaluations = (unsigned)probe->evaluations,
        .reason = ga_probe_reason_text(probe->reason),
    };
    ga_remark remark;
    if (ga_study_remark(evidence, b, element, probe, &remark)) {
        void *items = evidence->remarks;
        ga_remark *const kept =
            ga_grow(&items, &evidence->remark_count, &evidence->remark_capacity, sizeof *kept);
        evidence->remarks = items;
        if (!kept) {
            return GA_ENOMEM;
        }
        *kept = remark;
    }
    return GA_OK;
}

/* ---- All of them ----------------------------------------------------------------------------- */

static size_t count_judged(const ga_evidence *evidence)
{
    size_t count = 0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        count += ga_study_judges(evidence, b) ? evidence->problem->blocks[b].count : 0;
    }
    return count;
}

/* The nth of the elements that are judged, n < count_judged(). */
static void find_judged(const ga_evidence *evidence, size_t n, size_t *block, size_t *index)
{
    const ga_problem *const problem = evidence->problem;
    size_t b = 0;
    while (!ga_study_judges(evidence, b) || n >= problem->blocks[b].count) {
        n -= ga_study_judges(evidence, b) ? problem->blocks[b].count : 0;
        b++;
    }
    *block = b;
    *index = n;
}

/* Does the plan for n more elements fit the budget? */
static int is_affordable(const ga_evidence *evidence, size_t n)
{
    const ga_evaluator *const evaluator = &evidence->evaluator;
    const double more = EVALUATIONS_PER_ELEMENT * (double)n;
    const double left = evaluator->max_evaluations > 0
                            ? (double)evaluator->max_evaluations - (double)evaluator->evaluations
                            : (double)INFINITY;
    const double seconds = evaluator->deadline - ga_clock();
    return more <= left && more * evaluator->seconds_per_loss <= seconds;
}

static ga_status measure_one(ga_evidence *evidence, size_t b, size_t index,
                             const ga_pilot_probe *pilot, size_t pilots)
{
    if (!ga_study_is_judgeable(evidence, b, index) || ga_study_in_pilot(pilot, pilots, b, index)) {
        return GA_OK;
    }
    ga_probe probe;
    return ga_study_probe(evidence, b, index, &probe) ? record(evidence, b, index, &probe) : GA_OK;
}

static ga_status measure_all(ga_evidence *evidence, const ga_pilot_probe *pilot, size_t pilots)
{
    const size_t n = count_judged(evidence);
    const ga_order order = ga_order_new(n, evidence->options.seed,
                                        !is_affordable(evidence, n > pilots ? n - pilots : 0));
    evidence->evaluator.planned =
        evidence->evaluator.evaluations + (size_t)(EVALUATIONS_PER_ELEMENT * (double)n);
    for (size_t k = 0; k < n && !evidence->evaluator.spent; k++) {
        size_t b = 0;
        size_t index = 0;
        find_judged(evidence, (size_t)ga_order_at(&order, k), &b, &index);
        const ga_status status = measure_one(evidence, b, index, pilot, pilots);
        if (status != GA_OK) {
            return status;
        }
    }
    return GA_OK;
}

static void forget_elements(ga_evidence *evidence)
{
    evidence->remark_count = 0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        evidence->result->variables[b].element_count = 0;
    }
}

static size_t count_failed(const ga_evidence *evidence, size_t *measured)
{
    size_t failed = 0;
    *measured = 0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_variable_record *const variable = &evidence->result->variables[b];
        *measured += variable->element_count;
        for (size_t i = 0; i < variable->element_count; i++) {
            failed += variable->elements[i].verdict == GA_FAIL;
        }
    }
    return failed;
}

static ga_status record_pilot(ga_evidence *evidence, const ga_pilot_probe *pilot, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const ga_status status = record(evidence, pilot[i].block, pilot[i].index, &pilot[i].probe);
        if (status != GA_OK) {
            return status;
        }
    }
    return GA_OK;
}

/* The pilot, a common ratio if it shows one, and then everything. */
static ga_status measure(ga_evidence *evidence)
{
    ga_pilot_probe pilot[GA_PILOT_MOST];
    size_t seen = 0;
    const size_t pilots = ga_study_pilot(evidence, pilot);
    const double ratio = ga_study_common_ratio(pilot, pilots, &seen);
    if (ratio != 1.0) {
        evidence->ratio = ratio;
        ga_study_measure_scales(evidence);
        size_t measured = 0;
        const ga_status status = measure_all(evidence, pilot, 0);
        if (status != GA_OK || 2 * count_failed(evidence, &measured) <= measured) {
            for (size_t i = 0; i < pilots; i++) {
                if (pilot[i].claimed != 0 && pilot[i].probe.verdict == GA_PROBE_FAIL) {
                    evidence->elements.ratio_analytic = pilot[i].claimed;
                    evidence->elements.ratio_measured = pilot[i].probe.value;
                    evidence->elements.ratio_uncertainty = pilot[i].probe.uncertainty;
                    break;
                }
            }
            evidence->elements.ratio_seen = measured;
            return status;
        }
        evidence->ratio = 1.0; /* the pilot was not typical: there are other faults, or more */
        ga_study_measure_scales(evidence);
        forget_elements(evidence);
    }
    const ga_status status = record_pilot(evidence, pilot, pilots);
    return status == GA_OK ? measure_all(evidence, pilot, pilots) : status;
}

static int by_index(const void *a, const void *b)
{
    const size_t p = ((const ga_element *)a)->index;
    const size_t q = ((const ga_element *)b)->index;
    return p < q ? -1 : p > q;
}

static int by_place(const void *a, const void *b)
{
    const ga_remark *const p = a;
    const ga_remark *const q = b;
    return p->variable != q->variable ? (p->variable < q->variable ? -1 : 1)
                                      : by_index(&p->element, &q->element);
}

static void sort_all(ga_evidence *evidence)
{
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        ga_variable_record *const variable = &evidence->result->variables[b];
        if (variable->element_count > 1) {
            qsort(variable->elements, variable->element_count, sizeof *variable->elements,
                  by_index);
        }
    }
    if (evidence->remark_count > 1) {
        qsort(evidence->remarks, evidence->remark_count, sizeof *evidence->remarks, by_place);
    }
}

/* ---- The stage --------------------------------------------------------------------------------
 */

static int pick_element(void *context, uint64_t random, ga_line *out)
{
    ga_study_line *const line = context;
    const size_t n = count_judged(line->evidence);
    if (n == 0) {
        return 0;
    }
    find_judged(line->evidence, (size_t)(random % n), &line->block, &line->index);
    *out = ga_study_element_line(line);
    return 1;
}

/* The loss at the point as the elements will see it: after a plain call, not after a gradient. */
static double settled_loss(ga_evidence *evidence)
{
    if (evidence->repeats.kind == GA_REPEAT_EQUAL) {
        return evidence->losses[0];
    }
    double value = 0.0;
    for (int i = 0; i < 2; i++) {
        value = ga_evaluate_loss(&evidence->evaluator);
        ga_study_go_back(evidence);
    }
    return value;
}

static void measure_noise(ga_evidence *evidence)
{
    ga_profile *const profile = &evidence->profile;
    ga_study_line context = {.evidence = evidence};
    const ga_line dense = ga_study_dense_line(evidence);
    ga_profile_begin(profile, settled_loss(evidence), evidence->options.seed);
    profile->resolution = evidence->options.resolution;
    profile->strict = evidence->options.strict;
    if (isfinite(evidence->loss_aside)) {
        ga_profile_see(profile, evidence->loss_aside);
    }
    ga_profile_noise(profile, &dense, pick_element, &context);
    if (evidence->repeats.kind != GA_REPEAT_EQUAL) {
        profile->noise =
            fmax(profile->noise, fmax(evidence->repeats.deviation, evidence->repeats.spread / 4));
    }
}

/*
 * What the loss is rounded to, for telling a plateau from rounding. Not less than the rounding of
 * numbers of order 1: a loss that is the small difference of such numbers, as a saturated softmax
 * is, has their rounding and not its own.
 */
static double quantum_of(const ga_profile *profile)
{
    const double f = fmax(1.0, fmax(fabs(profile->values.origin), profile->values.largest));
    /* noise far above double's rounding: part of the loss is computed in float */
    const int is_float = profile->values.single || profile->noise > 1e3 * DBL_EPSILON * f;
    return (is_float ? (double)FLT_EPSILON : DBL_EPSILON) * f;
}

static const char *why_no_elements(const ga_evidence *evidence)
{
    if (!evidence->calls.has_gradient) {
        return evidence->calls.refused ? "the gradient callback refused"
                                       : "there is no gradient to compare";
    }
    return !evidence->repeats.usable ? "the loss is not repeatable" : NULL;
}

static void check_late(ga_evidence *evidence)
{
    if (count_judged(evidence) < LATE_CHECK_FROM || evidence->evaluator.spent ||
        evidence->repeats.kind != GA_REPEAT_EQUAL) {
        return;
    }
    const double late = ga_evaluate_loss(&evidence->evaluator);
    ga_study_go_back(evidence);
    if (!evidence->evaluator.spent && late != evidence->losses[0]) {
        evidence->late = (ga_late){
            .first = evidence->losses[0],
            .last = late,
            .evaluations = evidence->evaluator.evaluations,
        };
    }
}

const ga_late *ga_evidence_late(const ga_evidence *evidence)
{
    return evidence->late.evaluations > 0 ? &evidence->late : NULL;
}

ga_status ga_evidence_elements(ga_evidence *evidence, const ga_elements **out)
{
    const ga_repeats *repeats = NULL;
    *out = NULL;
    const ga_status status = ga_evidence_repeats(evidence, &repeats);
    if (status != GA_OK || !repeats) {
        return status;
    }
    if (why_no_elements(evidence)) {
        evidence->why_not = why_no_elements(evidence);
        return GA_OK;
    }
    if (!evidence->elements_done) {
        evidence->elements_done = 1;
        measure_noise(evidence);
        evidence->elements.quantum = quantum_of(&evidence->profile);
        ga_status measured = GA_OK;
        if (!evidence->evaluator.spent && count_judged(evidence) > 0) {
            measured = measure(evidence);
        }
        check_late(evidence);
        ga_study_go_back(evidence);
        if (measured != GA_OK) {
            return measured;
        }
        sort_all(evidence);
        ga_elements *const elements = &evidence->elements;
        (void)count_failed(evidence, &elements->measured);
        elements->remarks = evidence->remarks;
        elements->count = evidence->remark_count;
        elements->common_ratio = evidence->ratio;
        elements->noise = evidence->profile.noise;
        elements->loss = evidence->profile.values.origin;
        elements->single = evidence->profile.values.single;
    }
    *out = &evidence->elements;
    return GA_OK;
}
