/*
 * The stage in which slopes are measured: the noise, then every element singly or, where that does
 * not fit the budget, directions through all of them; then the same at other points.
 */
#include "study.h"

#include "repeated.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What an element is expected to cost, for the plan. */
const double EVALUATIONS_PER_ELEMENT = 5.0;

/* With fewer elements than this a few of them, picked at random, say more than directions do. */
static const size_t SCREEN_FROM = 9;

/* Without a number of points given: as many, where a loss takes no longer than this. */
static const int POINTS_CHEAP = 3;
static const double CHEAP_SECONDS = 1e-3;

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

static int is_sorted(const ga_variable_record *variable)
{
    for (size_t i = 1; i < variable->element_count; i++) {
        if (variable->elements[i - 1].index > variable->elements[i].index) {
            return 0;
        }
    }
    return 1;
}

void ga_study_sort_elements(ga_evidence *evidence)
{
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        ga_variable_record *const variable = &evidence->result->variables[b];
        if (!is_sorted(variable)) {
            qsort(variable->elements, variable->element_count, sizeof *variable->elements,
                  by_index);
        }
    }
    if (evidence->remark_count > 1) {
        qsort(evidence->remarks, evidence->remark_count, sizeof *evidence->remarks, by_place);
    }
}

/* ---- The noise -------------------------------------------------------------------------------
 */

static int pick_element(void *context, uint64_t random, ga_line *out)
{
    ga_study_line *const line = context;
    const size_t n = ga_study_judged(line->evidence);
    if (n == 0) {
        return 0;
    }
    ga_study_find(line->evidence, (size_t)(random % n), &line->block, &line->index);
    *out = ga_study_element_line(line);
    return 1;
}

/* The loss at the point as the elements will see it: after a plain call, not after a gradient. */
static double settled_loss(ga_evidence *evidence)
{
    if (evidence->repeats.kind == GA_REPEAT_EQUAL && evidence->problem == evidence->home &&
        evidence->point == 0) {
        return evidence->losses[0];
    }
    double value = 0.0;
    const int calls = evidence->repeats.kind == GA_REPEAT_EQUAL ? 1 : 2;
    for (int i = 0; i < calls; i++) {
        value = ga_evaluate_loss(&evidence->evaluator);
        ga_study_go_back(evidence);
    }
    return value;
}

int ga_study_measure_noise(ga_evidence *evidence)
{
    ga_profile *const profile = &evidence->profile;
    ga_study_line context = {.evidence = evidence};
    const double f = settled_loss(evidence);
    if (!isfinite(f)) {
        return 0;
    }
    const double began = ga_clock();
    const size_t before = evidence->evaluator.evaluations;
    const ga_line dense = ga_study_dense_line(evidence);
    ga_profile_begin(profile, f, evidence->options.seed);
    profile->resolution = evidence->options.resolution;
    profile->strict = evidence->options.strict;
    if (isfinite(evidence->loss_aside) && evidence->problem == evidence->home) {
        ga_profile_see(profile, evidence->loss_aside);
    }
    ga_profile_noise(profile, &dense, pick_element, &context);
    ga_study_settle(evidence);
    if (evidence->repeats.kind != GA_REPEAT_EQUAL && evidence->problem == evidence->home) {
        profile->noise =
            fmax(profile->noise, fmax(evidence->repeats.deviation, evidence->repeats.spread / 4));
    }
    const size_t made = evidence->evaluator.evaluations - before;
    if (made > 0) { /* the calmer of two phases: one may have been interrupted */
        const double now = (ga_clock() - began) / (double)made;
        const double calls = evidence->evaluator.seconds_per_loss;
        evidence->seconds_per_loss = calls > 0 ? fmin(now, calls) : now;
    }
    return 1;
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

/* ---- The plan --------------------------------------------------------------------------------
 */

double ga_study_evaluations_left(const ga_evidence *evidence)
{
    const ga_evaluator *const evaluator = &evidence->evaluator;
    const double left = evaluator->max_evaluations > 0
                            ? (double)evaluator->max_evaluations - (double)evaluator->evaluations
                            : (double)INFINITY;
    const double seconds = evaluator->deadline - ga_clock();
    return fmax(0.0, evidence->seconds_per_loss > 0
                         ? fmin(left, seconds / evidence->seconds_per_loss)
                         : left);
}

static double evaluations_per_element(const ga_evidence *evidence)
{
    return evidence->repeats.by_repeats ? GA_REPEATED_USUAL : EVALUATIONS_PER_ELEMENT;
}

int ga_study_is_affordable(const ga_evidence *evidence)
{
    return evaluations_per_element(evidence) * (double)ga_study_judged(evidence) <=
           ga_study_evaluations_left(evidence);
}

static int is_to_be_screened(const ga_evidence *evidence)
{
    if (evidence->repeats.by_repeats) {
        return 0; /* directions know nothing of repeats */
    }
    switch (evidence->options.measure) {
    case GA_MEASURE_ALL:
        return 0;
    case GA_MEASURE_SCREEN:
        return 1;
    case GA_MEASURE_AUTO:
        break;
    }
    return ga_study_judged(evidence) >= SCREEN_FROM && !ga_study_is_affordable(evidence);
}

static void say_plan(ga_evidence *evidence)
{
    ga_evaluator *const evaluator = &evidence->evaluator;
    const size_t n = ga_study_judged(evidence);
    const double singly = evaluations_per_element(evidence) * (double)n;
    char *const text = evidence->plan;
    if (!evidence->screened) {
        (void)snprintf(text, sizeof evidence->plan, "every element singly%s%s",
                       evidence->repeats.by_repeats ? ", by repeated calls" : "",
                       ga_study_is_affordable(evidence) ? "" : ", as far as the budget reaches");
        evaluator->planned = evaluator->evaluations + (size_t)singly;
    } else if (evidence->options.measure == GA_MEASURE_SCREEN) {
        (void)snprintf(text, sizeof evidence->plan,
                       "directions through all elements, a search for what they show");
        evaluator->planned = evaluator->evaluations + ga_study_screen_cost(evidence);
    } else {
        (void)snprintf(text, sizeof evidence->plan,
                       "directions through all elements, a search for what they show, a spot "
                       "check: every element singly, about %.0f evaluations, exceeds the budget",
                       singly);
        evaluator->planned = evaluator->evaluations + ga_study_screen_cost(evidence);
    }
    evaluator->plan = text;
    ga_evaluator_look(evaluator); /* so that it is said before, whatever a loss takes */
}

/* Do the callbacks break the rules of the calls? Then another point shows the same trouble again.
 */
static int breaks_rules(const ga_evidence *evidence)
{
    const ga_calls *const calls = &evidence->calls;
    int broken = calls->stale || calls->random_gradient || calls->restore_failed ||
                 evidence->evaluator.puts_back || evidence->evaluator.moves > 0;
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        const ga_slots *const slots = &evidence->slots[b];
        broken |= slots->changed || slots->accumulates || slots->overwrites;
    }
    return broken;
}

static int points_wanted(const ga_evidence *evidence)
{
    const int asked = evidence->options.points;
    if (evidence->repeats.kind != GA_REPEAT_EQUAL || breaks_rules(evidence)) {
        return 1;
    }
    return asked > 0 ? asked : evidence->seconds_per_loss <= CHEAP_SECONDS ? POINTS_CHEAP : 1;
}

/* ---- The stage --------------------------------------------------------------------------------
 */

const ga_late *ga_evidence_late(const ga_evidence *evidence)
{
    return evidence->late.evaluations > 0 ? &evidence->late : NULL;
}

static size_t count_measured(const ga_evidence *evidence)
{
    size_t measured = 0;
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        measured += evidence->result->variables[b].element_count;
    }
    return measured;
}

static ga_status measure_slopes(ga_evidence *evidence)
{
    ga_status status = ga_study_number_elements(evidence);
    if (status == GA_OK) {
        status = ga_study_use_twin(evidence);
    }
    if (status != GA_OK || !ga_study_measure_noise(evidence)) {
        return status;
    }
    evidence->elements.quantum = quantum_of(&evidence->profile);
    evidence->elements.loss = evidence->profile.values.origin;
    evidence->points = 1;
    if (evidence->evaluator.spent || ga_study_judged(evidence) == 0) {
        return GA_OK;
    }
    if (evidence->repeats.kind != GA_REPEAT_EQUAL) {
        evidence->evaluator.workers = 0; /* what a call gives depends on those before it */
    }
    evidence->screened = is_to_be_screened(evidence);
    say_plan(evidence);
    status = evidence->screened
                 ? ga_study_screen(evidence, evidence->options.measure == GA_MEASURE_AUTO)
                 : ga_study_measure_all(evidence);
    if (status == GA_OK) {
        status = ga_study_hear_neighbours(evidence);
    }
    if (status != GA_OK) {
        return status; /* what there is to state may be missing */
    }
    /* what the elements say of the loss is that of the point given */
    evidence->elements.common_ratio = evidence->ratio;
    evidence->elements.noise = evidence->profile.noise;
    evidence->elements.single = evidence->profile.values.single;
    evidence->elements.screened = evidence->screened;
    ga_study_state(evidence);
    if (!evidence->evaluator.spent) {
        status = ga_study_visit_points(evidence, points_wanted(evidence));
    }
    return status;
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
        evidence->elements.common_ratio = 1.0;
        const ga_status measured = measure_slopes(evidence);
        ga_study_use_own(evidence);
        ga_study_go_back(evidence);
        if (measured != GA_OK || evidence->field_failed) {
            return measured != GA_OK ? measured : GA_ENOMEM;
        }
        ga_study_look_late(evidence, ga_study_judged(evidence));
        ga_study_go_back(evidence);
        ga_study_sort_elements(evidence);
        ga_elements *const elements = &evidence->elements;
        elements->measured = count_measured(evidence);
        elements->remarks = evidence->remarks;
        elements->count = evidence->remark_count;
    }
    *out = &evidence->elements;
    return GA_OK;
}
