/*
 * To another point and back. There, `evaluator.point` and `gradient` are those of that point, and
 * everything measures as it does at the point given.
 */
#include "study.h"

#include <math.h>

static void swap_bits(ga_bits *a, ga_bits *b)
{
    const ga_bits c = *a;
    *a = *b;
    *b = c;
}

ga_status ga_journey_begin(const ga_evidence *evidence, ga_journey *journey)
{
    *journey = (ga_journey){.profile = evidence->profile};
    return ga_bits_new(&evidence->evaluator, &journey->point) == GA_OK &&
                   ga_bits_new(&evidence->evaluator, &journey->gradient) == GA_OK
               ? GA_OK
               : GA_ENOMEM;
}

void ga_journey_end(ga_journey *journey)
{
    ga_bits_free(&journey->point);
    ga_bits_free(&journey->gradient);
}

/* The noise of the point given serves there too, in proportion: a table of its own costs as much as
 * the rest of a visit. */
static int guess_noise(ga_evidence *evidence, const ga_profile *given, double loss)
{
    ga_profile *const profile = &evidence->profile;
    const double f = evidence->on_twin ? ga_evaluate_loss(&evidence->evaluator) : loss;
    if (!isfinite(f)) {
        return 0;
    }
    ga_study_go_back(evidence);
    const double grown = fabs(f) > fabs(given->values.origin) && given->values.origin != 0
                             ? fabs(f / given->values.origin)
                             : 1.0;
    ga_profile_begin(profile, f, evidence->options.seed);
    profile->resolution = given->resolution;
    profile->strict = given->strict;
    profile->kinks = given->kinks;
    profile->moves = given->moves;
    profile->fine = given->fine;
    profile->values.single = given->values.single;
    profile->noise = fmax(given->noise * grown, ga_values_floor(&profile->values));
    return 1;
}

/* The loss at the jittered point, whose values the variables then hold; NaN: it has none there. */
static double move_to(ga_evidence *evidence, ga_journey *journey, ga_jitter jitter)
{
    ga_study_go_back(evidence);
    ga_study_go_to_jittered(evidence, jitter);
    ga_bits_save(&evidence->evaluator, journey->point);
    return ga_evaluate_loss(&evidence->evaluator);
}

int ga_journey_go(ga_evidence *evidence, ga_journey *journey, int number, const double *sizes,
                  size_t count)
{
    double loss = (double)NAN;
    ga_study_use_own(evidence);
    for (size_t i = 0; i < count && !isfinite(loss); i++) {
        loss =
            move_to(evidence, journey, (ga_jitter){.number = (uint64_t)number, .size = sizes[i]});
    }
    if (!isfinite(loss)) {
        return 0;
    }
    ga_received received = {0};
    swap_bits(&evidence->evaluator.point, &journey->point);
    swap_bits(&evidence->gradient, &journey->gradient);
    evidence->point = number;
    ga_evaluate_gradient(&evidence->evaluator, GA_FILL_ZERO, 0.0, evidence->gradient, &received);
    ga_study_hide_unwritten(evidence);
    ga_study_measure_scales(evidence);
    return !received.refused && ga_study_use_twin(evidence) == GA_OK &&
           guess_noise(evidence, &journey->profile, loss);
}

void ga_journey_return(ga_evidence *evidence, ga_journey *journey)
{
    ga_study_use_own(evidence);
    if (evidence->point > 0) {
        swap_bits(&evidence->evaluator.point, &journey->point);
        swap_bits(&evidence->gradient, &journey->gradient);
        evidence->point = 0;
    }
    ga_study_go_back(evidence);
    ga_study_measure_scales(evidence);
    evidence->profile = journey->profile;
}
