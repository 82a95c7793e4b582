/*
 * Two questions that few problems raise: does a variable that no element of moved the loss move it
 * at all, and is the loss itself singular where its gradient is not finite?
 */
#include "study.h"

#include <math.h>

/* Relative steps of the whole variable, in all directions at random. */
static const double STEPS[] = {0x1p-8, 0.1, 1.0, 10.0};
enum {
    STEP_COUNT = sizeof STEPS / sizeof *STEPS
};

/* Where a gate that is closed at the point may be open. */
static const ga_jitter FAR_JITTER = {.size = 0.25};

static void move_variable(ga_evidence *evidence, size_t b, double step, uint64_t round)
{
    const ga_block *const block = &evidence->problem->blocks[b];
    for (size_t i = 0; i < block->count; i++) {
        const double x = ga_block_get(block, i);
        const uint64_t bits = ga_hash(evidence->options.seed, i, GA_FOR_REACTION, round);
        const double size = step * (0.5 + ga_hash_uniform(bits)) * ga_study_scale(evidence, b, i);
        double lower = 0.0;
        double upper = 0.0;
        ga_block_bounds(evidence->problem, block, i, &lower, &upper);
        const double moved = fmin(fmax(bits & 1u ? x + size : x - size, lower), upper);
        ga_block_set(block, i, block->dtype == GA_F32 ? (double)(float)moved : moved);
    }
}

/* Whether the loss differs from `base` when the variable moves; base is taken at the point, or at a
 * jittered one, where a gate that is closed at the point may be open. */
static int reacts_from(ga_evidence *evidence, size_t b, int aside, double *step)
{
    double base = evidence->elements.loss;
    if (aside) {
        ga_study_go_to_jittered(evidence, FAR_JITTER);
        base = ga_evaluate_loss(&evidence->evaluator);
        ga_study_go_back(evidence);
    }
    for (uint64_t k = 0; k < 2 * (uint64_t)STEP_COUNT; k++) {
        if (aside) {
            ga_study_go_to_jittered(evidence, FAR_JITTER);
        }
        move_variable(evidence, b, STEPS[k / 2], k + (aside ? 100u : 0u));
        const double value = ga_evaluate_loss(&evidence->evaluator);
        ga_study_go_back(evidence);
        if (!evidence->evaluator.spent && isfinite(base) && isfinite(value) && value != base) {
            *step = STEPS[k / 2];
            return 1;
        }
    }
    return 0;
}

/* Did every measured element of the variable leave the loss exactly where it was? */
static int is_flat_everywhere(const ga_evidence *evidence, size_t b)
{
    const ga_variable_record *const variable = &evidence->result->variables[b];
    const ga_screened *const screened = ga_evidence_screened(evidence, b);
    if (evidence->screened && !(screened->asked && screened->is_flat)) {
        return 0;
    }
    for (size_t i = 0; i < variable->element_count; i++) {
        if (variable->elements[i].measured != 0) {
            return 0;
        }
    }
    return evidence->screened || variable->element_count > 0;
}

ga_status ga_evidence_reaction(ga_evidence *evidence, size_t variable, const ga_reaction **out)
{
    const ga_elements *elements = NULL;
    *out = NULL;
    const ga_status status = ga_evidence_elements(evidence, &elements);
    if (status != GA_OK || !elements) {
        return status;
    }
    ga_reaction *const reaction = &evidence->reactions[variable];
    if (!reaction->asked && is_flat_everywhere(evidence, variable) && !evidence->evaluator.spent) {
        reaction->asked = 1;
        reaction->predicted = STEPS[STEP_COUNT - 1] * evidence->scales[variable].largest_change;
        reaction->reacts = reacts_from(evidence, variable, 0, &reaction->step) ||
                           reacts_from(evidence, variable, 1, &reaction->step);
        if (evidence->evaluator.spent) {
            reaction->asked = 0; /* the answer is not complete */
        }
    }
    *out = reaction;
    return GA_OK;
}

/* What the even part of a smooth loss may be by rounding alone, as a share of the loss. */
static const double DOUBLE_NOISE = 1e-13;
static const double FLOAT_NOISE = 1e-4;

/* The even part per step, |f(h) + f(-h) - 2 f(0)| / h; INFINITY where the loss is not finite. */
static double evenness(const ga_line *line, double f, double h)
{
    const ga_step step = ga_step_exact(line, h);
    if (!(step.up > 0 && step.down > 0)) {
        return (double)NAN;
    }
    const double up = line->value(line->context, step.up);
    const double down = line->value(line->context, -step.down);
    return isfinite(up) && isfinite(down) ? fabs((up - f) + (down - f)) / h : (double)INFINITY;
}

ga_status ga_evidence_singular(ga_evidence *evidence, size_t variable, size_t index, int *out)
{
    const ga_repeats *repeats = NULL;
    *out = -1;
    const ga_status status = ga_evidence_repeats(evidence, &repeats);
    if (status != GA_OK || !repeats || !repeats->usable) {
        return status;
    }
    ga_study_line context = {.evidence = evidence, .block = variable, .index = index};
    const ga_line line = ga_study_element_line(&context);
    const double f = evidence->losses[0];
    const double far = evenness(&line, f, 1e-3 * line.scale);
    const double near = evenness(&line, f, 1e-5 * line.scale);
    ga_study_go_back(evidence);
    if (evidence->evaluator.spent || isnan(far) || isnan(near)) {
        return GA_OK;
    }
    /* smooth: the even part is h^2 f'', so this falls a hundredfold; a kink keeps it, a pole or a
     * root makes it grow */
    const int is_float = line.is_float || ga_is_float(f);
    const double unit = is_float ? FLOAT_NOISE : DOUBLE_NOISE;
    const double rounding = unit * fabs(f) / line.scale / 1e-5;
    *out = isinf(near) || isinf(far) || (near > rounding && near > 0.3 * far);
    return GA_OK;
}
