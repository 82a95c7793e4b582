/*
 * Which blocks share memory.
 *
 * The buffers are sorted by address; each is then compared with those that begin before it ends,
 * and these are exactly the ones it overlaps.
 */
#include "problem.h"

#include <stdlib.h>
#include <string.h>

/* One buffer of a block, as addresses. */
typedef struct span {
    uintptr_t begin, end;
    size_t block;
    int is_gradient;
} span;

static int compare_spans(const void *left, const void *right)
{
    const span *const a = left;
    const span *const b = right;
    if (a->begin != b->begin) {
        return a->begin < b->begin ? -1 : 1;
    }
    return (a->block > b->block) - (a->block < b->block);
}

static span span_of(const ga_problem *problem, size_t block, int is_gradient)
{
    const ga_block *const it = &problem->blocks[block];
    const uintptr_t begin = (uintptr_t)(is_gradient ? it->grad : it->value);
    return (span){
        .begin = begin,
        .end = begin + it->count * ga_dtype_size(it->dtype),
        .block = block,
        .is_gradient = is_gradient,
    };
}

/* The values of a block and, if it is trainable, its gradient: at most two. */
static size_t list_spans(const ga_problem *problem, size_t block, span *spans)
{
    const ga_block *const it = &problem->blocks[block];
    size_t count = 0;
    if (it->value) {
        spans[count++] = span_of(problem, block, 0);
    }
    if (it->grad && it->role == GA_TRAINABLE) {
        spans[count++] = span_of(problem, block, 1);
    }
    return count;
}

static ga_overlap overlap_of(const span *a, const span *b)
{
    const uintptr_t begin = a->begin > b->begin ? a->begin : b->begin;
    const uintptr_t end = a->end < b->end ? a->end : b->end;
    const int mixed = a->is_gradient != b->is_gradient;
    return (ga_overlap){
        .first = a->block < b->block ? a->block : b->block,
        .second = a->block < b->block ? b->block : a->block,
        .of_gradients = mixed ? 2 : a->is_gradient,
        .bytes = (size_t)(end - begin),
    };
}

static int precedes(const ga_overlap *a, const ga_overlap *b)
{
    if (a->first != b->first) {
        return a->first < b->first;
    }
    if (a->second != b->second) {
        return a->second < b->second;
    }
    return a->of_gradients < b->of_gradients;
}

/* Keeps the first `most` pairs in order; returns how many there are now. */
static size_t insert(ga_overlap *pairs, size_t count, size_t most, const ga_overlap *pair)
{
    if (count == most) {
        if (most == 0 || !precedes(pair, &pairs[count - 1])) {
            return count;
        }
        --count; /* the last one makes room */
    }
    size_t at = count;
    while (at > 0 && precedes(pair, &pairs[at - 1])) {
        pairs[at] = pairs[at - 1];
        --at;
    }
    pairs[at] = *pair;
    return count + 1;
}

/* Keeps the pair if the two share memory and belong to two blocks. */
static size_t consider(const span *a, const span *b, ga_overlap *pairs, size_t count, size_t most)
{
    if (a->block == b->block || a->begin >= b->end || b->begin >= a->end) {
        return count;
    }
    const ga_overlap pair = overlap_of(a, b);
    return insert(pairs, count, most, &pair);
}

/* Without memory for sorting: slow, but nothing is missed. */
static size_t compare_all(const ga_problem *problem, ga_overlap *pairs, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < problem->block_count; ++i) {
        for (size_t j = i + 1; j < problem->block_count; ++j) {
            span a[2];
            span b[2];
            const size_t of_a = list_spans(problem, i, a);
            const size_t of_b = list_spans(problem, j, b);
            for (size_t k = 0; k < of_a * of_b; ++k) {
                count = consider(&a[k / of_b], &b[k % of_b], pairs, count, most);
            }
        }
    }
    return count;
}

size_t ga_problem_overlaps(const ga_problem *problem, ga_overlap *pairs, size_t most)
{
    span *const spans = calloc(2 * problem->block_count + 1, sizeof *spans);
    if (!spans) {
        return compare_all(problem, pairs, most);
    }
    size_t total = 0;
    for (size_t i = 0; i < problem->block_count; ++i) {
        total += list_spans(problem, i, spans + total);
    }
    qsort(spans, total, sizeof *spans, compare_spans);

    size_t count = 0;
    for (size_t i = 0; i < total; ++i) {
        for (size_t j = i + 1; j < total && spans[j].begin < spans[i].end; ++j) {
            count = consider(&spans[i], &spans[j], pairs, count, most);
        }
    }
    free(spans);
    return count;
}
