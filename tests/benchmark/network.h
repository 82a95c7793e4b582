/*
 * Networks for benchmarks: dense layers, rectifiers or tanh between them, mean cross-entropy of a
 * softmax over a batch. The loss is computed in double or all in float; the gradient, by hand, in
 * double.
 *
 * Parameters lie one after the other, for each layer W (inputs x outputs), then b (outputs): two
 * tensors a layer.
 */
#ifndef BENCHMARK_NETWORK_H
#define BENCHMARK_NETWORK_H

#include <stddef.h>
#include <stdint.h>

enum {
    NETWORK_LAYERS_MOST = 6,
    NETWORK_BATCH = 16
};

typedef struct network {
    size_t layers;
    size_t width[NETWORK_LAYERS_MOST + 1]; /* width[0] inputs .. width[layers] classes */
    int is_tanh;
    size_t count;                                   /* of parameters */
    size_t boundaries[2 * NETWORK_LAYERS_MOST + 1]; /* of the tensors */
    size_t tensors;
    double *input; /* (B,width[0]) */
    float *input_f32;
    size_t label[NETWORK_BATCH];
    double *out[NETWORK_LAYERS_MOST]; /* (B,width[l+1]) of each layer */
    float *out_f32[NETWORK_LAYERS_MOST];
    double *up, *down; /* derivatives by outputs, for the gradient */
} network;

/* Allocates; exits when there is no memory. Data come from the seed. */
void network_new(network *net, const size_t *width, size_t layers, int is_tanh, uint64_t seed);
void network_free(network *net);

/* Weights as at the start of a training, times `gain`; small biases. All are floats. */
void network_fill(const network *net, uint64_t seed, double gain, double *x);

double network_loss(network *net, const double *x);
double network_loss_f32(network *net, const float *x);
void network_gradient(network *net, const double *x, double *g);

#endif
