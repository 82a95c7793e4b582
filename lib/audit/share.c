/*
 * Errors and resolutions of an element are stated relative to |g|: to the larger of the claimed and
 * the measured slope, and inside a declared variable also to the typical loss change of that
 * variable per length of the element, rms(g_j s_j) / s_i, so that the noise in an element that is 0
 * is not called an error of 100 %.
 */
#include "study.h"

#include <math.h>

static double size_of(const ga_evidence *evidence, size_t b, const ga_element *element)
{
    const ga_scales *const scales = &evidence->scales[b];
    const double own = fmax(fabs(element->analytic), fabs(element->measured));
    const double typical = scales->rms_change / ga_study_scale(evidence, b, element->index);
    return evidence->problem->blocks[b].is_tensor || !(own > 0) ? fmax(own, typical) : own;
}

double ga_study_share(const ga_evidence *evidence, size_t block, const ga_element *element,
                      double amount)
{
    const double size = size_of(evidence, block, element);
    return amount == 0 ? 0.0 : size > 0 ? amount / size : (double)INFINITY;
}

double ga_study_error(const ga_evidence *evidence, size_t block, const ga_element *element)
{
    const double gap = fabs(element->analytic - element->measured);
    return isnan(gap) ? (double)NAN : ga_study_share(evidence, block, element, gap);
}
