/* The very bits of parameters and gradients: saved, put back, compared. */
#include "evaluator.h"

#include <stdlib.h>
#include <string.h>

ga_status ga_bits_new(const ga_evaluator *evaluator, ga_bits *out)
{
    out->bytes = calloc(evaluator->bytes ? evaluator->bytes : 1, 1);
    return out->bytes ? GA_OK : GA_ENOMEM;
}

void ga_bits_free(ga_bits *bits)
{
    free(bits->bytes);
    bits->bytes = NULL;
}

void *ga_bits_of(const ga_evaluator *evaluator, ga_bits bits, size_t block)
{
    return bits.bytes ? bits.bytes + evaluator->at[block]
                      : ga_gradient_receiver(evaluator, &evaluator->problem->blocks[block]);
}

int ga_bits_can_view(const ga_evaluator *evaluator)
{
    return !evaluator->problem->step && !evaluator->problem->locate;
}

static size_t bytes_of(const ga_block *block)
{
    return block->count * ga_dtype_size(block->dtype);
}

void ga_bits_save(const ga_evaluator *evaluator, ga_bits bits)
{
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const block = &evaluator->problem->blocks[b];
        memcpy(ga_bits_of(evaluator, bits, b), block->value, bytes_of(block));
    }
}

void ga_bits_restore(const ga_evaluator *evaluator, ga_bits bits)
{
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const block = &evaluator->problem->blocks[b];
        memcpy(block->value, ga_bits_of(evaluator, bits, b), bytes_of(block));
    }
}

void ga_bits_copy(const ga_evaluator *evaluator, ga_bits from, ga_bits to)
{
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const block = &evaluator->problem->blocks[b];
        if (block->role == GA_TRAINABLE) {
            memcpy(ga_bits_of(evaluator, to, b), ga_bits_of(evaluator, from, b), bytes_of(block));
        }
    }
}

/* The first element in which two arrays of one type differ, or count. */
static size_t first_difference(const void *a, const void *b, size_t count, size_t size)
{
    if (memcmp(a, b, count * size) == 0) {
        return count;
    }
    size_t i = 0;
    while (i < count && memcmp((const char *)a + i * size, (const char *)b + i * size, size) == 0) {
        i++;
    }
    return i;
}

int ga_bits_differ(const ga_evaluator *evaluator, ga_bits bits, size_t *block, size_t *index)
{
    for (size_t b = 0; b < evaluator->problem->block_count; b++) {
        const ga_block *const at = &evaluator->problem->blocks[b];
        if (at->role == GA_STATE) {
            continue;
        }
        const size_t i = first_difference(at->value, ga_bits_of(evaluator, bits, b), at->count,
                                          ga_dtype_size(at->dtype));
        if (i < at->count) {
            *block = b;
            *index = i;
            return 1;
        }
    }
    return 0;
}

int ga_bits_compare(const ga_evaluator *evaluator, ga_bits a, ga_bits b, size_t *block,
                    size_t *index)
{
    for (size_t k = 0; k < evaluator->problem->block_count; k++) {
        const ga_block *const at = &evaluator->problem->blocks[k];
        if (at->role != GA_TRAINABLE) {
            continue;
        }
        const size_t i = first_difference(ga_bits_of(evaluator, a, k), ga_bits_of(evaluator, b, k),
                                          at->count, ga_dtype_size(at->dtype));
        if (i < at->count) {
            *block = k;
            *index = i;
            return 1;
        }
    }
    return 0;
}
