/*
 * The point, its scales, and the lines through it.
 *
 * An element's natural length is |x_i|; where x_i is 0, the rms of its variable; where all of that
 * is 0, 1. Bounds are respected by everything that moves an element.
 */
#include "study.h"

#include <math.h>

/* Elements with less room than this share of their scale stay out of the dense line: they would
 * leave it no room either. 7 spacings of 1.2 x 2^-12, 1.5 times as long, are 0.003. */
static const double DENSE_ROOM = 0.01;

double ga_study_x(const ga_evidence *evidence, size_t block, size_t index)
{
    return ga_element_of(ga_bits_of(&evidence->evaluator, evidence->evaluator.point, block),
                         evidence->problem->blocks[block].dtype, index);
}

double ga_study_scale(const ga_evidence *evidence, size_t block, size_t index)
{
    const double x = fabs(ga_study_x(evidence, block, index));
    const double rms = evidence->scales[block].rms_x;
    return x > 0 ? x : rms > 0 ? rms : 1.0;
}

/* Root mean square without overflow at 1e300 or underflow at 1e-300. */
static double root_mean_square(const ga_block *block)
{
    double largest = 0.0;
    for (size_t i = 0; i < block->count; i++) {
        const double x = fabs(ga_block_get(block, i));
        largest = x > largest ? x : largest;
    }
    double sum = 0.0;
    for (size_t i = 0; largest > 0 && i < block->count; i++) {
        const double share = ga_block_get(block, i) / largest;
        sum += share * share;
    }
    return largest * sqrt(sum / (double)block->count);
}

static uint64_t name_of(size_t block, size_t index)
{
    return ((uint64_t)block << 40) ^ (uint64_t)index;
}

double ga_study_jittered(const ga_evidence *evidence, size_t block, size_t index, double jitter)
{
    const ga_block *const at = &evidence->problem->blocks[block];
    const double x = ga_study_x(evidence, block, index);
    if (at->role != GA_TRAINABLE) {
        return x;
    }
    const uint64_t bits = ga_hash(evidence->options.seed, name_of(block, index), GA_FOR_JITTER, 0);
    const double size =
        jitter * (0.5 + ga_hash_uniform(bits)) * ga_study_scale(evidence, block, index);
    double lower = 0.0;
    double upper = 0.0;
    ga_block_bounds(evidence->problem, at, index, &lower, &upper);
    const int up = (bits & 1u) != 0;
    double y = up ? x + size : x - size;
    if (!(y >= lower && y <= upper)) {
        y = up ? x - size : x + size;
    }
    if (!(y >= lower && y <= upper)) {
        y = x;
    }
    return at->dtype == GA_F32 ? (double)(float)y : y;
}

void ga_study_go_to_jittered(const ga_evidence *evidence, double jitter)
{
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        for (size_t i = 0; block->role == GA_TRAINABLE && i < block->count; i++) {
            ga_block_set(block, i, ga_study_jittered(evidence, b, i, jitter));
        }
    }
}

void ga_study_go_back(const ga_evidence *evidence)
{
    ga_bits_restore(&evidence->evaluator, evidence->evaluator.point);
}

double ga_study_claimed(const ga_evidence *evidence, size_t block, size_t index)
{
    const ga_block *const at = &evidence->problem->blocks[block];
    const void *const g = ga_bits_of(&evidence->evaluator, evidence->gradient, block);
    return ga_element_of(g, at->dtype, index) / at->gradient_scale / evidence->ratio;
}

int ga_study_is_unwritten(const ga_evidence *evidence, size_t block, size_t index)
{
    const unsigned char *const bits = evidence->unwritten[block];
    return bits && (bits[index / 8] >> (index % 8) & 1u);
}

static double value_along_element(void *context, double t)
{
    const ga_study_line *const line = context;
    return ga_evaluate_element(&line->evidence->evaluator, line->block, line->index, line->x + t);
}

ga_line ga_study_element_line(ga_study_line *context)
{
    const ga_evidence *const evidence = context->evidence;
    const ga_block *const block = &evidence->problem->blocks[context->block];
    const double x = ga_block_get(block, context->index);
    const double scale = ga_study_scale(evidence, context->block, context->index);
    const double usual = 0.3 * evidence->scales[context->block].rms_x;
    double lower = 0.0;
    double upper = 0.0;
    ga_block_bounds(evidence->problem, block, context->index, &lower, &upper);
    context->x = x;
    return (ga_line){
        .value = value_along_element,
        .context = context,
        .at = x,
        .scale = scale,
        .reach = usual > scale ? usual : scale,
        .below = x - lower,
        .above = upper - x,
        .is_float = block->dtype == GA_F32,
        .stream = name_of(context->block, context->index),
    };
}

static double dense_room(const ga_evidence *evidence, size_t block, size_t index)
{
    const ga_block *const at = &evidence->problem->blocks[block];
    const double x = ga_block_get(at, index);
    double lower = 0.0;
    double upper = 0.0;
    ga_block_bounds(evidence->problem, at, index, &lower, &upper);
    return fmin(x - lower, upper - x) / ga_study_scale(evidence, block, index);
}

/* How far one element goes when the dense line goes 1: +-U(0.5, 1.5) of its scale, or not at all.
 * Drawn once for all evaluations: the draw costs more than some losses do per element. */
static void draw_dense_share(ga_evidence *evidence, size_t block, size_t index, double *room)
{
    const uint64_t bits = ga_hash(evidence->options.seed, name_of(block, index), GA_FOR_DENSE, 0);
    const double size = 0.5 + ga_hash_uniform(bits);
    const double own = dense_room(evidence, block, index);
    const size_t place = evidence->problem->blocks[block].offset + index;
    evidence->dense[place] = 0.0F;
    if (own >= DENSE_ROOM) {
        evidence->dense[place] = (float)(bits & 1u ? size : -size);
        *room = own < *room ? own : *room;
    }
}

static double value_along_all(void *context, double t)
{
    ga_evidence *const evidence = context;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        const float *const shares = evidence->dense + block->offset;
        const size_t count = ga_study_judges(evidence, b) ? block->count : 0;
        for (size_t i = 0; i < count; i++) {
            if (shares[i] != 0.0F) {
                const double size = (double)shares[i] * ga_study_scale(evidence, b, i);
                ga_block_set(block, i, ga_block_get(block, i) + t * size);
            }
        }
    }
    const double value = ga_evaluate_loss(&evidence->evaluator);
    ga_study_go_back(evidence);
    return value;
}

ga_line ga_study_dense_line(ga_evidence *evidence)
{
    double room = (double)INFINITY;
    int is_float = 0;
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        for (size_t i = 0; ga_study_judges(evidence, b) && i < block->count; i++) {
            is_float |= block->dtype == GA_F32;
            draw_dense_share(evidence, b, i, &room);
        }
    }
    return (ga_line){
        .value = value_along_all,
        .context = evidence,
        .scale = 1.0,
        .reach = 1.0,
        .below = room / 1.5,
        .above = room / 1.5,
        .is_float = is_float,
        .stream = UINT64_MAX,
    };
}

int ga_study_judges(const ga_evidence *evidence, size_t block)
{
    return evidence->problem->blocks[block].role == GA_TRAINABLE &&
           !evidence->slots[block].overwritten && !evidence->shares[block];
}

void ga_study_measure_scales(ga_evidence *evidence)
{
    for (size_t b = 0; b < evidence->problem->block_count; b++) {
        const ga_block *const block = &evidence->problem->blocks[b];
        ga_scales *const scales = &evidence->scales[b];
        scales->rms_x = root_mean_square(block);
        if (!evidence->calls.has_gradient || block->role != GA_TRAINABLE) {
            continue;
        }
        double sum = 0.0;
        size_t finite = 0;
        for (int pass = 0; pass < 2;
             pass++) { /* the largest first, so that squares cannot overflow */
            for (size_t i = 0; i < block->count; i++) {
                const double g = fabs(ga_study_claimed(evidence, b, i));
                const double change = g * ga_study_scale(evidence, b, i);
                if (!isfinite(change) || ga_study_is_unwritten(evidence, b, i)) {
                    continue;
                }
                if (pass == 0) {
                    scales->largest_g = fmax(scales->largest_g, g);
                    scales->largest_change = fmax(scales->largest_change, change);
                } else if (scales->largest_change > 0) {
                    const double share = change / scales->largest_change;
                    sum += share * share;
                    finite++;
                }
            }
        }
        scales->rms_change = finite ? scales->largest_change * sqrt(sum / (double)finite) : 0.0;
    }
}
