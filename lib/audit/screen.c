/*
 * The strategy for what cannot be measured element by element.
 *
 * Directions through all elements say whether anything is wrong; directions through one variable
 * at a time say where; a search names single elements; where too many are wrong to name them, a
 * sample is measured. At the end a few elements are measured singly for their own sake.
 *
 * Nothing is called wrong on the word of one direction: what accuses is an element that fails its
 * probe, or two directions that have nothing in common.
 */
#include "screen.h"

#include <math.h>
#include <stdlib.h>

enum {
    COURSES_BRIEF = 3 /* along the sign, and two hybrids: enough to see that something is wrong */
};

size_t ga_study_screen_cost(const ga_evidence *evidence)
{
    const double left = ga_study_evaluations_left(evidence);
    const size_t each = evidence->field_variables > 1 ? ga_screen_courses_each(evidence, left) : 0;
    double cost =
        GA_SCREEN_PER_DIRECTION * (double)(GA_COURSES_WHOLE + each * evidence->field_variables);
    if (evidence->options.measure == GA_MEASURE_AUTO) {
        cost += EVALUATIONS_PER_ELEMENT * (double)GA_SCREEN_SPOT;
    }
    return (size_t)fmin(cost, left);
}

/* What the whole showed, less what was found singly, in bars. */
static void look_for_rest(ga_evidence *evidence, const ga_field *field)
{
    int is_named = 0; /* a variable is wrong as a whole: nobody knows how much of the rest it is */
    for (size_t v = 0; v < field->variables; v++) {
        const ga_screened *const told = &evidence->screens[evidence->field_block[v]].told;
        is_named |= told->verdict == GA_FAIL && (told->is_dense || evidence->located == 0);
    }
    double worst = 0.0;
    for (size_t i = 0; i < evidence->whole_count; i++) {
        const ga_direction *const at = &evidence->whole[i];
        double rest = at->residual;
        double bar = at->bar + at->allowed;
        for (size_t k = 0; k < evidence->remark_count; k++) {
            const ga_remark *const remark = &evidence->remarks[k];
            if (remark->element.verdict != GA_FAIL || remark->point != evidence->point) {
                continue;
            }
            size_t v = 0;
            while (evidence->field_block[v] != remark->variable) {
                v++;
            }
            double share = 0.0;
            field->shares(field->context, &at->course,
                          evidence->field_first[v] + remark->element.index, 1, &share);
            rest -= share * (remark->element.measured - remark->element.analytic);
            bar += fabs(share) * remark->element.uncertainty;
        }
        worst = fmax(worst, bar > 0 && isfinite(bar) ? fabs(rest) / bar : 0.0);
    }
    evidence->unexplained = is_named ? (double)NAN : worst;
}

static int is_suspect(const ga_evidence *evidence)
{
    int suspect = ga_screen_disagreeing(evidence->whole, evidence->whole_count) > 0;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        suspect |= evidence->screens[evidence->field_block[v]].told.disagreeing > 0;
    }
    return suspect;
}

static int was_asked(const ga_evidence *evidence)
{
    for (size_t v = 0; v < evidence->field_variables; v++) {
        if (evidence->screens[evidence->field_block[v]].told.asked) {
            return 1;
        }
    }
    return 0;
}

/* The budget ended before all variables were asked who of them is wrong. */
static void leave_open(ga_evidence *evidence)
{
    int is_settled = 0;
    if (!evidence->evaluator.spent ||
        ga_screen_disagreeing(evidence->whole, evidence->whole_count) == 0) {
        return;
    }
    for (size_t v = 0; v < evidence->field_variables; v++) {
        ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        screen->unexplained |= !screen->told.asked;
        is_settled |= screen->told.asked || screen->told.verdict == GA_FAIL;
    }
    if (!is_settled && ga_screen_clear(evidence->whole, evidence->whole_count) > 1) {
        evidence->whole_wrong = 1;
    }
}

int ga_study_whole_disagrees(ga_evidence *evidence)
{
    ga_field field;
    ga_study_field(evidence, &field);
    ga_screen_whole(evidence, &field, COURSES_BRIEF);
    return ga_screen_disagreeing(evidence->whole, evidence->whole_count) > 0;
}

ga_status ga_study_investigate(ga_evidence *evidence)
{
    ga_field field;
    ga_study_field(evidence, &field);
    ga_screen_whole(evidence, &field, GA_COURSES_WHOLE);
    if (evidence->point == 0) {
        ga_screen_divide_whole(evidence, &field);
    }
    if (evidence->point == 0 || ga_screen_disagreeing(evidence->whole, evidence->whole_count) > 0) {
        ga_screen_variables(evidence, &field);
    }
    ga_status status = evidence->point == 0 ? ga_screen_divide_variables(evidence, &field) : GA_OK;
    if (status == GA_OK && is_suspect(evidence)) {
        status = was_asked(evidence) ? ga_screen_look_into_variables(evidence, &field)
                                     : ga_screen_look_into_whole(evidence, &field);
        leave_open(evidence);
    }
    if (status == GA_OK && evidence->options.measure == GA_MEASURE_AUTO) {
        status = ga_screen_sample(evidence);
    }
    look_for_rest(evidence, &field);
    return status;
}

ga_status ga_study_screen(ga_evidence *evidence, int spot)
{
    evidence->screens = calloc(evidence->home->block_count + 1, sizeof *evidence->screens);
    if (!evidence->screens) {
        return GA_ENOMEM;
    }
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        evidence->result->variables[b].is_sparse = 1;
    }
    const ga_status status = ga_study_investigate(evidence);
    return status == GA_OK && spot && !evidence->evaluator.spent ? ga_screen_spot_check(evidence)
                                                                 : status;
}

const ga_screened *ga_evidence_screened(const ga_evidence *evidence, size_t variable)
{
    static const ga_screened nothing = {0};
    return evidence->screens ? &evidence->screens[variable].told : &nothing;
}

int ga_evidence_wrong_somewhere(const ga_evidence *evidence)
{
    return evidence->whole_wrong;
}
