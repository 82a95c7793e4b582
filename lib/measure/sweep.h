/*
 * Directions through all elements at once, never stored.
 *
 * v_j = s_j xi_j, where s_j is the scale of the variable and xi_j comes from a hash of (key, j), so
 * that an element's share is the same whichever range of elements is moved, and a million of them
 * need no memory. One pass over the elements sets x + t v and adds up the change that the gradient
 * predicts, for the displacement really applied: in float, x + t v is rounded, and a residual that
 * forgot that would accuse a right gradient.
 *
 * These passes run once per evaluation over all elements: they are written to be vectorised, and
 * give the same bits with any instruction set (fixed partial sums, no contraction).
 */
#ifndef GA_MEASURE_SWEEP_H
#define GA_MEASURE_SWEEP_H

#include <stddef.h>
#include <stdint.h>

typedef enum ga_sweep_kind {
    GA_SWEEP_HYBRID, /* xi = +-U(0.5, 1.5): no element cancels another for long */
    GA_SWEEP_SIGN    /* xi = sign(g_j), 1 where g_j is 0: faults of scale add up */
} ga_sweep_kind;

typedef struct ga_sweep {
    ga_sweep_kind kind;
    uint64_t key;   /* names the direction */
    double scale;   /* s of the variable; 0: each element has its own, |x_j|, */
    double instead; /* or this where x_j is 0 */
} ga_sweep;

/*
 * out[i] = x[i] + t v_i for i < count, where element i has the number first + i among all elements.
 * An element whose g is not finite stays where it is. Returns sum_i g_i (out_i - x_i). out may be x
 * itself.
 */
double ga_sweep_f32(const ga_sweep *sweep, const float *x, const float *g, float *out,
                    uint64_t first, size_t count, double t);
double ga_sweep_f64(const ga_sweep *sweep, const double *x, const double *g, double *out,
                    uint64_t first, size_t count, double t);

/* v_i of the same elements; 0 where g is not finite. */
void ga_sweep_shares_f32(const ga_sweep *sweep, const float *x, const float *g, uint64_t first,
                         size_t count, double *v);
void ga_sweep_shares_f64(const ga_sweep *sweep, const double *x, const double *g, uint64_t first,
                         size_t count, double *v);

#endif
