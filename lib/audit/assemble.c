/* From evidence and findings to what the result says of each variable and of the run. */
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void measure_variable(const ga_evidence *evidence, size_t b, ga_variable_record *variable)
{
    ga_variable_result *const view = &variable->view;
    view->checked = variable->element_count;
    for (size_t i = 0; i < variable->element_count; i++) {
        const ga_element *const element = &variable->elements[i];
        const double error = ga_study_error(evidence, b, element);
        view->failed += element->verdict == GA_FAIL;
        view->inconclusive += element->verdict == GA_INCONCLUSIVE;
        if (isfinite(error) && !(error <= view->worst_error)) {
            view->worst_error = error;
            view->worst_index = element->index;
        }
        const double resolution = ga_study_share(evidence, b, element, element->resolution);
        if (element->verdict == GA_PASS && isfinite(resolution) &&
            !(resolution <= view->resolution)) { /* beside a slope of 0 there is no share of |g| */
            view->resolution = resolution;
        }
    }
}

static int has_error(const ga_result *result, const char *variable)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const ga_finding *const finding = &result->findings[i];
        const int everywhere = !finding->variable && finding->code[0] == 'G';
        const int here = finding->variable && strcmp(finding->variable, variable) == 0;
        if (finding->severity == GA_ERROR && !finding->suppressed && (here || everywhere)) {
            return 1;
        }
    }
    return 0;
}

static int is_accepted(const ga_result *result, const char *variable)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const ga_finding *const finding = &result->findings[i];
        if (finding->suppressed &&
            (!finding->variable || strcmp(finding->variable, variable) == 0)) {
            return 1;
        }
    }
    return 0;
}

/* What directions say of it, where they were asked. */
static int is_left_open(const ga_evidence *evidence, size_t b)
{
    if (!evidence->screens || !evidence->screened) {
        return 0;
    }
    const ga_screen *const screen = &evidence->screens[b];
    return screen->told.verdict >= GA_INCONCLUSIVE || screen->unexplained ||
           evidence->whole_wrong || evidence->statements[b].is_open;
}

static ga_verdict judge_variable(const ga_evidence *evidence, const ga_result *result, size_t b)
{
    const ga_variable_result *const view = &result->variables[b].view;
    if (has_error(result, view->name)) {
        return GA_FAIL;
    }
    if (view->role != GA_TRAINABLE || view->checked + view->covered == 0) {
        return GA_SKIPPED;
    }
    const int accepted = is_accepted(result, view->name); /* then what failed counts for nothing */
    return !accepted && (view->inconclusive > 0 || view->failed > 0 || is_left_open(evidence, b))
               ? GA_INCONCLUSIVE
               : GA_PASS;
}

/* Larger problems keep what was measured of them, not every value of every variable. */
static const size_t VECTORS_MOST = 250000;

static ga_status keep_vectors(const ga_evidence *evidence, size_t b, ga_variable_record *variable)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    variable->x = calloc(block->count, sizeof *variable->x);
    if (!variable->x) {
        return GA_ENOMEM;
    }
    for (size_t i = 0; i < block->count; i++) {
        variable->x[i] = ga_block_get(block, i);
    }
    if (block->role != GA_TRAINABLE || !evidence->calls.has_gradient) {
        return GA_OK;
    }
    variable->analytic = calloc(block->count, sizeof *variable->analytic);
    if (!variable->analytic) {
        return GA_ENOMEM;
    }
    const void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
    for (size_t i = 0; i < block->count; i++) {
        variable->analytic[i] =
            ga_study_is_unwritten(evidence, b, i) ? (double)NAN : ga_element_of(g, block->dtype, i);
    }
    return GA_OK;
}

static void state_variable(const ga_evidence *evidence, size_t b, ga_variable_result *view)
{
    const ga_statement *const statement = &evidence->statements[b];
    view->covered = statement->covered;
    view->seen_share = statement->seen_share;
    view->limit = statement->limit;
    if (evidence->screened && !isnan(statement->resolution)) {
        view->resolution = statement->resolution;
    }
    if (evidence->screens && evidence->screens[b].told.asked) {
        const ga_screened *const told = &evidence->screens[b].told;
        view->claimed = told->claimed;
        view->measured = told->measured;
        view->uncertainty = told->uncertainty;
    }
}

static ga_status assemble_variables(ga_evidence *evidence, ga_result *result)
{
    const int is_kept =
        evidence->calls_done &&
        (!evidence->screened || ga_problem_elements(evidence->problem) <= VECTORS_MOST);
    for (size_t b = 0; b < result->variable_count; b++) {
        ga_variable_record *const variable = &result->variables[b];
        ga_variable_result *const view = &variable->view;
        const ga_block *const block = &evidence->problem->blocks[b];
        const ga_slots *const slots = &evidence->slots[b];
        view->zero = slots->zero;
        view->unwritten = slots->unwritten;
        view->nonfinite = slots->nan + slots->infinite;
        if (block->role == GA_TRAINABLE && evidence->calls.has_gradient) {
            view->gradient_norm = slots->norm;
        }
        if (evidence->elements_done && block->role == GA_TRAINABLE) {
            view->rtol = ga_study_rtol(evidence, b);
            measure_variable(evidence, b, variable);
            state_variable(evidence, b, view);
        }
        view->verdict = judge_variable(evidence, result, b);
        const ga_status status = is_kept ? keep_vectors(evidence, b, variable) : GA_OK;
        if (status != GA_OK) {
            return status;
        }
    }
    return GA_OK;
}

static void judge_run(ga_result *result)
{
    ga_facts *const facts = &result->facts;
    size_t measured = 0;
    size_t covered = 0;
    size_t trainable = 0;
    int inconclusive = 0;
    facts->verdict = GA_SKIPPED;
    for (size_t b = 0; b < result->variable_count; b++) {
        const ga_variable_result *const view = &result->variables[b].view;
        if (view->role != GA_TRAINABLE) {
            continue;
        }
        trainable += view->elements;
        measured += view->checked;
        covered += view->covered;
        inconclusive |= view->verdict == GA_INCONCLUSIVE;
        if (!isnan(view->resolution) && !(view->resolution <= facts->resolution)) {
            facts->resolution = view->resolution;
        }
    }
    facts->coverage = trainable ? (double)measured / (double)trainable : 0.0;
    facts->verdict = measured > 0 || covered > 0 ? GA_PASS : GA_SKIPPED;
    for (size_t i = 0; i < result->finding_count; i++) {
        const ga_finding *const finding = &result->findings[i];
        if (!finding->suppressed && finding->severity == GA_ERROR) {
            facts->verdict = GA_FAIL;
        }
        inconclusive |= !finding->suppressed && finding->verdict == GA_INCONCLUSIVE;
    }
    if (facts->verdict != GA_FAIL && inconclusive) {
        facts->verdict = GA_INCONCLUSIVE;
    }
}

static void state_run(const ga_evidence *evidence, ga_result *result)
{
    ga_facts *const facts = &result->facts;
    const ga_statement *const statement = &evidence->statement;
    if (!evidence->elements_done) {
        return;
    }
    facts->plan = *evidence->plan ? ga_result_text(result, evidence->plan) : NULL;
    facts->screened = evidence->screened;
    facts->seen_share = statement->seen_share;
    facts->limit = statement->limit;
    facts->remedy = statement->remedy;
    facts->twin = evidence->home->twin && !evidence->calls.twin_disagrees;
    facts->points = evidence->points;
    if (evidence->screened) {
        facts->confidence = ga_study_confidence();
        facts->resolution = statement->resolution;
        facts->unexplained = evidence->unexplained;
    }
}

ga_status ga_study_assemble(ga_evidence *evidence, ga_result *result)
{
    ga_facts *const facts = &result->facts;
    const ga_status status = assemble_variables(evidence, result);
    if (status != GA_OK) {
        return status;
    }
    judge_run(result);
    if (!evidence->elements_done && facts->verdict == GA_SKIPPED && evidence->calls_done &&
        evidence->options.select) {
        facts->verdict =
            GA_PASS; /* the checks that were asked for have looked; none asked for slopes */
        facts->coverage = (double)NAN;
    }
    state_run(evidence, result);
    facts->seed = evidence->options.seed;
    facts->strict = evidence->options.strict != 0;
    facts->evaluations = evidence->evaluator.evaluations;
    facts->gradient_calls = evidence->evaluator.gradient_calls;
    facts->seconds = ga_clock() - evidence->evaluator.began;
    facts->aborted = evidence->evaluator.stopped;
    if (evidence->calls_done) {
        facts->loss_value = evidence->calls.loss;
    }
    if (evidence->elements_done) {
        facts->noise = evidence->elements.noise;
    }
    if (evidence->repeats_done) {
        facts->repeats = evidence->repeats.calls;
        facts->distinct = evidence->repeats.distinct;
        facts->repeatable =
            evidence->repeats.kind == GA_REPEAT_EQUAL && !ga_evidence_late(evidence);
    }
    return GA_OK;
}
