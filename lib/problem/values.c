/*
 * Elements of a block, float or double, and their bounds.
 *
 * Through memcpy: the buffers are the user's, of whatever declared type and alignment.
 */
#include "problem.h"

#include <math.h>
#include <string.h>

size_t ga_dtype_size(ga_dtype dtype)
{
    return dtype == GA_F32 ? sizeof(float) : sizeof(double);
}

double ga_element_of(const void *elements, ga_dtype dtype, size_t index)
{
    const unsigned char *const at = (const unsigned char *)elements + index * ga_dtype_size(dtype);
    if (dtype == GA_F32) {
        float narrow = 0.0F;
        memcpy(&narrow, at, sizeof narrow);
        return (double)narrow;
    }
    double value = 0.0;
    memcpy(&value, at, sizeof value);
    return value;
}

double ga_block_get(const ga_block *block, size_t index)
{
    return ga_element_of(block->value, block->dtype, index);
}

void ga_block_set(const ga_block *block, size_t index, double value)
{
    unsigned char *const at = (unsigned char *)block->value + index * ga_dtype_size(block->dtype);
    if (block->dtype == GA_F32) {
        const float narrow = (float)value;
        memcpy(at, &narrow, sizeof narrow);
        return;
    }
    memcpy(at, &value, sizeof value);
}

const double *ga_elements_of(const void *elements, ga_dtype dtype, size_t first, size_t count,
                             double *buffer)
{
    if (dtype != GA_F32) {
        return (const double *)elements + first;
    }
    const float *const from = (const float *)elements + first;
    for (size_t i = 0; i < count; i++) {
        buffer[i] = (double)from[i];
    }
    return buffer;
}

void ga_block_bounds(const ga_problem *problem, const ga_block *block, size_t index, double *lower,
                     double *upper)
{
    if (!problem->is_flat) {
        *lower = block->lower;
        *upper = block->upper;
        return;
    }
    const size_t place = block->offset + index;
    *lower = problem->lower ? problem->lower[place] : -HUGE_VAL;
    *upper = problem->upper ? problem->upper[place] : HUGE_VAL;
}

int ga_block_has_bounds(const ga_problem *problem, const ga_block *block)
{
    return problem->is_flat ? problem->lower || problem->upper
                            : isfinite(block->lower) || isfinite(block->upper);
}
