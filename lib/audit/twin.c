/*
 * Slopes measured on the double twin.
 *
 * The twin's blocks stand in the problem's order (ga_problem_seal), so that a study can change
 * sides: the problem, its evaluator and the claims are swapped with those of the twin, and all that
 * measures goes on as before. What was spent is carried along.
 */
#include "study.h"

#include <float.h>
#include <math.h>

static void copy_values(const ga_problem *from, ga_problem *to)
{
    for (size_t b = 0; b < from->block_count; b++) {
        const ga_block *const source = &from->blocks[b];
        for (size_t i = 0; i < source->count; i++) {
            ga_block_set(&to->blocks[b], i, ga_block_get(source, i));
        }
    }
}

/* The claims in the type of the twin. */
static void copy_claims(ga_evidence *evidence)
{
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        const ga_block *const own = &evidence->home->blocks[b];
        if (own->role != GA_TRAINABLE) {
            continue;
        }
        const void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
        double *const out = ga_bits_of(&evidence->twin, evidence->twin_gradient, b);
        for (size_t i = 0; i < own->count; i++) {
            out[i] = ga_element_of(g, own->dtype, i);
        }
    }
}

static void carry_account(const ga_evaluator *from, ga_evaluator *to)
{
    to->evaluations = from->evaluations;
    to->gradient_calls = from->gradient_calls;
    to->began = from->began;
    to->deadline = from->deadline;
    to->seconds_per_loss = from->seconds_per_loss;
    to->spent = from->spent;
    to->stopped = from->stopped;
    to->workers = from->workers;
    to->planned = from->planned;
    to->plan = from->plan;
}

static void change_sides(ga_evidence *evidence)
{
    const ga_evaluator evaluator = evidence->evaluator;
    const ga_bits gradient = evidence->gradient;
    carry_account(&evaluator, &evidence->twin);
    evidence->evaluator = evidence->twin;
    evidence->gradient = evidence->twin_gradient;
    evidence->twin = evaluator;
    evidence->twin_gradient = gradient;
    evidence->problem = evidence->evaluator.problem;
    evidence->on_twin = !evidence->on_twin;
}

static ga_status begin(ga_evidence *evidence)
{
    ga_problem *const twin = evidence->home->twin;
    twin->activity = evidence->home->activity;
    const ga_status status = ga_evaluator_begin(&evidence->twin, twin, &evidence->options);
    return status == GA_OK ? ga_bits_new(&evidence->twin, &evidence->twin_gradient) : status;
}

ga_status ga_study_use_twin(ga_evidence *evidence)
{
    if (!evidence->home->twin || evidence->calls.twin_disagrees || evidence->on_twin) {
        return GA_OK;
    }
    if (!evidence->twin.problem) {
        const ga_status status = begin(evidence);
        if (status != GA_OK) {
            return status;
        }
    }
    ga_study_go_back(evidence);
    copy_values(evidence->home, evidence->home->twin);
    ga_bits_save(&evidence->twin, evidence->twin.point);
    copy_claims(evidence);
    change_sides(evidence);
    return GA_OK;
}

void ga_study_use_own(ga_evidence *evidence)
{
    if (evidence->on_twin) {
        ga_study_go_back(evidence);
        change_sides(evidence);
    }
}

/* A float loss keeps five or six digits; of a twin that computes the same, three are asked for. */
static const double TWIN_DIGITS = 1e-3;
static const double TWIN_ROUNDINGS = 64.0;

ga_status ga_study_compare_twin(ga_evidence *evidence)
{
    ga_calls *const calls = &evidence->calls;
    calls->loss_twin = (double)NAN;
    const ga_status status = ga_study_use_twin(evidence);
    if (status != GA_OK || !evidence->on_twin) {
        return status;
    }
    const double twin = ga_evaluate_loss(&evidence->evaluator);
    ga_study_go_back(evidence);
    ga_study_use_own(evidence);
    if (evidence->evaluator.spent) {
        return GA_OK;
    }
    const double size = fmax(fabs(calls->loss), fabs(twin));
    const double allowed =
        fmax(TWIN_DIGITS * size, TWIN_ROUNDINGS * (double)FLT_EPSILON * fmax(1.0, size));
    calls->has_twin = 1;
    calls->loss_twin = twin;
    calls->twin_disagrees = !(fabs(calls->loss - twin) <= allowed);
    return GA_OK;
}
