/*
 * Which one or two elements explain a set of residuals?
 *
 * A residual along a direction is a sum over the wrong elements, sum_j delta_j v_j, with known
 * shares v_j: one equation. For a single wrong element all residuals stand in the ratios of its
 * shares; two wrong elements span a plane in which the residuals lie. Neither costs an evaluation.
 */
#ifndef GA_MEASURE_DECODE_H
#define GA_MEASURE_DECODE_H

#include "gradaudit/gradaudit.h"

#include "field.h"

enum {
    GA_EQUATIONS_MOST = 16, /* used at once */
    GA_FITS_KEPT = 8,
    GA_FIT_ELEMENTS = 2
};

/* What is left of one residual once the faults found so far are taken off. */
typedef struct ga_equation {
    ga_course course; /* kind and number give the shares; the range is the caller's business */
    double residual;
    double bar;   /* of the residual, with what the gradient may err */
    double slack; /* relative error of a share: coordinates that round x + t v */
} ga_equation;

/* Elements that explain all equations within their bars. */
typedef struct ga_fit {
    int count;
    size_t element[GA_FIT_ELEMENTS];
    double fault[GA_FIT_ELEMENTS]; /* slope - claim */
    double bar[GA_FIT_ELEMENTS];
    double misfit; /* largest |residual not explained| / bar; at most 1 */
} ga_fit;

typedef struct ga_fits {
    size_t count; /* of all that fit; the best GA_FITS_KEPT are in fit[], by rising misfit */
    double luck;  /* how many right ones are expected to fit by chance */
    ga_fit fit[GA_FITS_KEPT];
} ga_fits;

/* Room for decoding, reused by all calls; begins as {0}. */
typedef struct ga_decoder {
    const ga_field *field;
    double *shares;      /* of a chunk of elements, one row an equation */
    struct ga_ray *rays; /* of as many elements as pairs are sought among */
} ga_decoder;

ga_status ga_decoder_begin(ga_decoder *decoder, const ga_field *field);
void ga_decoder_free(ga_decoder *decoder);

/* The single elements first <= j < end that fit. With one equation alone each of them does. */
void ga_decode_one(const ga_decoder *decoder, size_t first, size_t end,
                   const ga_equation *equations, int count, ga_fits *out);

/*
 * The pairs of elements that fit. Takes three equations or more, and gives up where they cannot
 * tell so many pairs apart: 0 then, and *out is empty.
 */
int ga_decode_two(const ga_decoder *decoder, size_t first, size_t end, const ga_equation *equations,
                  int count, ga_fits *out);

#endif
