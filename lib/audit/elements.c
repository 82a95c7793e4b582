/*
 * Elements, measured singly: all of them, the pilot first and then the rest in their order, or in a
 * random one when the budget will not reach for all; or a list that somebody else has drawn up.
 *
 * What is shared by all elements (the noise, the precision of the loss, a common ratio) is settled
 * by then, so that neither order nor company nor the number of workers changes a verdict.
 */
#include "study.h"

#include "order.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double RTOL_F64 = 1e-6;
static const double RTOL_F32 =
    1e-4; /* what a float gradient keeps after a few hundred operations */

enum {
    SUSPECT_EVALUATIONS = 6 /* that a suspect may take before its probe begins */
};

static int is_float(const ga_evidence *evidence, size_t b)
{
    return evidence->described[b].dtype == GA_F32 || evidence->profile.values.single;
}

double ga_study_rtol(const ga_evidence *evidence, size_t b)
{
    if (evidence->problem->blocks[b].rtol > 0) {
        return evidence->problem->blocks[b].rtol;
    }
    if (evidence->options.rtol > 0) {
        return evidence->options.rtol;
    }
    return is_float(evidence, b) ? RTOL_F32 : RTOL_F64;
}

static double unit_of(const ga_evidence *evidence, size_t b)
{
    return (is_float(evidence, b) ? (double)FLT_EPSILON : DBL_EPSILON) / 2;
}

/* An update keeps no more of a gradient than the rounding of x: before - after. */
static double update_rounding(const ga_evidence *evidence, size_t b, double x)
{
    const int stored_float = evidence->described[b].dtype == GA_F32;
    const double own = stored_float ? (double)FLT_EPSILON : DBL_EPSILON;
    return evidence->calls.is_update ? own * fabs(x / evidence->home->step_rate) : 0.0;
}

/*
 * On a twin the slope is known to ten digits, and what a backward pass in float leaves behind where
 * the gradient is 0 in exact arithmetic (the bias of a key, under a softmax) shows clearly: a few
 * roundings of what runs through the network, which is what the other variables' changes are.
 */
static const double PASSING_ROUNDINGS = 32.0;

static double passing_rounding(const ga_evidence *evidence, size_t b, double scale)
{
    return evidence->on_twin && is_float(evidence, b)
               ? PASSING_ROUNDINGS * unit_of(evidence, b) * evidence->usual_change / scale
               : 0.0;
}

/*
 * 8 u sqrt(n) max|g|, a sum of n terms with errors of either sign; but not more than the largest
 * loss change of the variable would explain, or a badly scaled variable's small elements would have
 * no test at all.
 */
double ga_study_rounding(const ga_evidence *evidence, size_t b, size_t index, double scale)
{
    const ga_scales *const scales = &evidence->scales[b];
    return 8.0 * unit_of(evidence, b) * scales->root *
               fmin(scales->largest_g, scales->largest_change / scale) +
           passing_rounding(evidence, b, scale) +
           update_rounding(evidence, b, ga_study_x(evidence, b, index));
}

/* Of sums of many terms, an element's own error is a few dozen roundings of the typical one. */
static const double USUAL_ROUNDINGS = 64.0;

double ga_study_usual_rounding(const ga_evidence *evidence, size_t b, double scale)
{
    const ga_scales *const scales = &evidence->scales[b];
    return USUAL_ROUNDINGS * unit_of(evidence, b) * scales->rms_change / scale +
           passing_rounding(evidence, b, scale) + update_rounding(evidence, b, scales->rms_x);
}

static ga_claim claim_of(const ga_evidence *evidence, size_t b, size_t index, double scale)
{
    return (ga_claim){
        .analytic = ga_study_claimed(evidence, b, index),
        .rtol = ga_study_rtol(evidence, b),
        .rounding = ga_study_rounding(evidence, b, index, scale),
        .typical = evidence->problem->blocks[b].is_tensor ? evidence->scales[b].rms_change : 0.0,
        .step_change = evidence->scales[b].rms_change,
    };
}

static int probe_element(ga_evidence *evidence, size_t b, size_t index, int suspect,
                         ga_probe *probe)
{
    ga_study_line context = {.evidence = evidence, .block = b, .index = index};
    const ga_line line = ga_study_element_line(&context);
    const ga_claim claim = claim_of(evidence, b, index, line.scale);
    ga_evaluator_probing(&evidence->evaluator, &evidence->problem->blocks[b], index);
    if (evidence->repeats.by_repeats) {
        ga_study_probe_restless(evidence, &line, &claim, b, index, probe);
    } else if (suspect) {
        ga_probe_suspect(&evidence->profile, &line, &claim, probe);
    } else {
        ga_probe_element(&evidence->profile, &line, &claim, probe);
    }
    ga_evaluator_probing(&evidence->evaluator, NULL, 0);
    return !evidence->evaluator.spent;
}

int ga_study_probe(ga_evidence *evidence, size_t b, size_t index, ga_probe *probe)
{
    return probe_element(evidence, b, index, 0, probe);
}

int ga_study_confirm(void *context, size_t element, double residual, double bar, double *measured,
                     double *uncertainty)
{
    ga_evidence *const evidence = context;
    ga_study_line place = {.evidence = evidence};
    ga_study_find(evidence, element, &place.block, &place.index);
    if (!ga_study_is_judgeable(evidence, place.block, place.index)) {
        return 0;
    }
    const ga_line line = ga_study_element_line(&place);
    const ga_claim claim = claim_of(evidence, place.block, place.index, line.scale);
    ga_probe probe;
    ga_evaluator_probing(&evidence->evaluator, &evidence->problem->blocks[place.block],
                         place.index);
    ga_probe_confirm(&evidence->profile, &line, &claim, claim.analytic + residual, bar, &probe);
    ga_evaluator_probing(&evidence->evaluator, NULL, 0);
    if (evidence->evaluator.spent) {
        return -1;
    }
    *measured = probe.value - claim.analytic;
    *uncertainty = probe.uncertainty;
    const int is_wrong = probe.verdict == GA_PROBE_FAIL;
    const int is_kept_right = probe.verdict == GA_PROBE_PASS && evidence->point == 0;
    if ((is_wrong || is_kept_right) &&
        ga_study_record(evidence, place.block, place.index, &probe) != GA_OK) {
        evidence->field_failed = 1;
    }
    return is_wrong;
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

/* Where the element of that index stands in the result, or where a new one belongs. */
static ga_element *place_for(ga_variable_record *variable, size_t index)
{
    for (size_t i = variable->element_count; variable->is_sparse && i-- > 0;) {
        if (variable->elements[i].index == index) {
            return &variable->elements[i]; /* the later one replaces it: at another point */
        }
    }
    return ga_result_add_element(variable);
}

ga_status ga_study_record(ga_evidence *evidence, size_t b, size_t index, const ga_probe *probe)
{
    ga_element *const element = place_for(&evidence->result->variables[b], index);
    if (!element) {
        return GA_ENOMEM;
    }
    *element = (ga_element){
        .index = index,
        .x = ga_study_x(evidence, b, index),
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
        remark.point = evidence->point;
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

/* ---- Lists ------------------------------------------------------------------------------------
 */

typedef struct task_list {
    ga_evidence *evidence;
    const size_t *elements;
    int suspect; /* most of them are wrong */
} task_list;

static void probe_task(void *context, size_t k, void *slot)
{
    const task_list *const list = context;
    size_t b = 0;
    size_t index = 0;
    ga_study_find(list->evidence, list->elements[k], &b, &index);
    (void)probe_element(list->evidence, b, index, list->suspect, slot);
}

static void *clone_list(void *context, ga_evaluator **evaluator)
{
    const task_list *const list = context;
    task_list *const copy = malloc(sizeof *copy);
    ga_evidence *const evidence = copy ? ga_study_clone(list->evidence) : NULL;
    if (!evidence) {
        free(copy);
        return NULL;
    }
    *copy = *list;
    copy->evidence = evidence;
    *evaluator = &evidence->evaluator;
    return copy;
}

static void discard_list(void *clone)
{
    task_list *const copy = clone;
    ga_study_discard(copy->evidence);
    free(copy);
}

static int is_kept(const ga_evidence *evidence, size_t b, const ga_probe *probe, ga_keep keep)
{
    const ga_element element = {.analytic = 1.0};
    ga_remark remark;
    switch (keep) {
    case GA_KEEP_ALL:
        return 1;
    case GA_KEEP_WRONG:
        return probe->verdict == GA_PROBE_FAIL;
    case GA_KEEP_TELLING:
        break;
    }
    return probe->verdict == GA_PROBE_PASS || probe->verdict == GA_PROBE_FAIL ||
           (ga_study_remark(evidence, b, &element, probe, &remark) &&
            (remark.cause == GA_CAUSE_PLATEAU || remark.cause == GA_CAUSE_JUMP));
}

static ga_status record_list(ga_evidence *evidence, const size_t *elements, const ga_probe *probes,
                             size_t count, ga_keep keep)
{
    for (size_t k = 0; k < count; k++) {
        size_t b = 0;
        size_t index = 0;
        ga_study_find(evidence, elements[k], &b, &index);
        const ga_status status = is_kept(evidence, b, &probes[k], keep)
                                     ? ga_study_record(evidence, b, index, &probes[k])
                                     : GA_OK;
        if (status != GA_OK) {
            return status;
        }
    }
    return GA_OK;
}

size_t ga_study_probe_list(ga_evidence *evidence, const size_t *elements, size_t count, int suspect,
                           ga_probe *out)
{
    task_list list = {.evidence = evidence, .elements = elements, .suspect = suspect};
    const ga_job job = {
        .count = count < GA_BATCH ? count : (size_t)GA_BATCH,
        .task = probe_task,
        .context = &list,
        .slots = out,
        .slot_size = sizeof *out,
        .seconds_per_task = EVALUATIONS_PER_ELEMENT * evidence->seconds_per_loss,
        .evaluations_per_task = GA_PROBE_EVALUATIONS + SUSPECT_EVALUATIONS,
        .clone =
            evidence->problem->is_flat && evidence->problem->flat.thread_safe ? clone_list : NULL,
        .discard = discard_list,
    };
    return ga_crew_run(&evidence->evaluator, &job);
}

ga_status ga_study_measure_list(ga_evidence *evidence, const size_t *elements, size_t count,
                                int suspect, ga_keep keep)
{
    const size_t most = count < GA_BATCH ? count : (size_t)GA_BATCH;
    ga_probe *const probes = calloc(most ? most : 1, sizeof *probes);
    ga_status status = probes ? GA_OK : GA_ENOMEM;
    for (size_t k = 0; k < count && status == GA_OK && !evidence->evaluator.spent; k += GA_BATCH) {
        const size_t done = ga_study_probe_list(evidence, elements + k, count - k, suspect, probes);
        status = record_list(evidence, elements + k, probes, done, keep);
    }
    free(probes);
    return status;
}

/* ---- All of them ------------------------------------------------------------------------------
 */

/* The judgeable elements that stand at places first .. first + GA_BATCH of the order, the pilot
 * apart.
 */
static size_t collect(const ga_evidence *evidence, const ga_order *order, size_t first,
                      const ga_pilot_probe *pilot, size_t pilots, size_t out[GA_BATCH])
{
    const size_t n = ga_study_judged(evidence);
    size_t count = 0;
    for (size_t k = first; k < n && k < first + GA_BATCH; k++) {
        const size_t element = (size_t)ga_order_at(order, k);
        size_t b = 0;
        size_t index = 0;
        ga_study_find(evidence, element, &b, &index);
        if (ga_study_is_judgeable(evidence, b, index) &&
            !ga_study_in_pilot(pilot, pilots, b, index)) {
            out[count++] = element;
        }
    }
    return count;
}

static ga_status measure_rest(ga_evidence *evidence, const ga_pilot_probe *pilot, size_t pilots)
{
    const size_t n = ga_study_judged(evidence);
    const ga_order order =
        ga_order_new(n, evidence->options.seed, !ga_study_is_affordable(evidence));
    size_t *const elements = calloc(GA_BATCH, sizeof *elements);
    ga_status status = elements ? GA_OK : GA_ENOMEM;
    for (size_t k = 0; k < n && status == GA_OK && !evidence->evaluator.spent; k += GA_BATCH) {
        const size_t count = collect(evidence, &order, k, pilot, pilots, elements);
        status = ga_study_measure_list(evidence, elements, count, 0, GA_KEEP_ALL);
    }
    free(elements);
    return status;
}

static void forget_elements(ga_evidence *evidence)
{
    evidence->remark_count = 0;
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        evidence->result->variables[b].element_count = 0;
    }
}

static size_t count_failed(const ga_evidence *evidence, size_t *measured)
{
    size_t failed = 0;
    *measured = 0;
    for (size_t b = 0; b < evidence->home->block_count; b++) {
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
        const ga_status status =
            ga_study_record(evidence, pilot[i].block, pilot[i].index, &pilot[i].probe);
        if (status != GA_OK) {
            return status;
        }
    }
    return GA_OK;
}

/* The pilot, a common ratio if it shows one, and then everything. */
ga_status ga_study_measure_all(ga_evidence *evidence)
{
    ga_pilot_probe pilot[GA_PILOT_MOST];
    size_t seen = 0;
    const size_t pilots = ga_study_pilot(evidence, pilot);
    const double ratio = ga_study_common_ratio(pilot, pilots, &seen);
    if (ratio != 1.0) {
        evidence->ratio = ratio;
        ga_study_measure_scales(evidence);
        size_t measured = 0;
        const ga_status status = measure_rest(evidence, pilot, 0);
        const size_t failed = count_failed(evidence, &measured);
        if (status != GA_OK || (measured >= pilots && 2 * failed <= measured)) {
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
        evidence->ratio = 1.0; /* the pilot was not typical, or the budget has ended */
        ga_study_measure_scales(evidence);
        forget_elements(evidence);
    }
    const ga_status status = record_pilot(evidence, pilot, pilots);
    return status == GA_OK ? measure_rest(evidence, pilot, pilots) : status;
}
