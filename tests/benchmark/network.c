/* Networks with a gradient by hand. */
#include "network.h"

#include "hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REAL double
#define NAMED(stem) stem
#define EXP exp
#define LOG log
#define TANH tanh
#include "network_body.h"

#define REAL float
#define NAMED(stem) stem##_f32
#define EXP expf
#define LOG logf
#define TANH tanhf
#include "network_body.h"

static void *room(size_t count, size_t size)
{
    void *const memory = calloc(count, size);
    if (!memory) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    return memory;
}

static double between(uint64_t seed, uint64_t stream, uint64_t counter, double size)
{
    return size * (2.0 * ga_hash_uniform(ga_hash(seed, stream, GA_FOR_LINE, counter)) - 1.0);
}

void network_new(network *net, const size_t *width, size_t layers, int is_tanh, uint64_t seed)
{
    *net = (network){.layers = layers, .is_tanh = is_tanh};
    memcpy(net->width, width, (layers + 1) * sizeof *width);
    size_t widest = 0;
    for (size_t l = 0; l < layers; l++) {
        net->boundaries[net->tensors++] = net->count;
        net->count += width[l] * width[l + 1];
        net->boundaries[net->tensors++] = net->count;
        net->count += width[l + 1];
        net->out[l] = room(NETWORK_BATCH * width[l + 1], sizeof(double));
        net->out_f32[l] = room(NETWORK_BATCH * width[l + 1], sizeof(float));
        widest = width[l + 1] > widest ? width[l + 1] : widest;
    }
    net->boundaries[net->tensors] = net->count;
    net->up = room(NETWORK_BATCH * widest, sizeof(double));
    net->down = room(NETWORK_BATCH * widest, sizeof(double));
    const size_t inputs = NETWORK_BATCH * width[0];
    net->input = room(inputs, sizeof(double));
    net->input_f32 = room(inputs, sizeof(float));
    for (size_t i = 0; i < inputs; i++) {
        net->input_f32[i] = (float)between(seed, 1, i, sqrt(3.0)); /* of variance 1 */
        net->input[i] = (double)net->input_f32[i];
    }
    for (size_t s = 0; s < NETWORK_BATCH; s++) {
        net->label[s] = ga_hash(seed, 2, GA_FOR_LINE, s) % width[layers];
    }
}

void network_free(network *net)
{
    for (size_t l = 0; l < net->layers; l++) {
        free(net->out[l]);
        free(net->out_f32[l]);
    }
    free(net->up);
    free(net->down);
    free(net->input);
    free(net->input_f32);
}

void network_fill(const network *net, uint64_t seed, double gain, double *x)
{
    for (size_t l = 0; l < net->layers; l++) {
        /* keeps the size of what passes through: variance 2/inputs for rectifiers, else 1/inputs */
        const double size = gain * sqrt((net->is_tanh ? 3.0 : 6.0) / (double)net->width[l]);
        const size_t weights = net->boundaries[2 * l];
        const size_t biases = net->boundaries[2 * l + 1];
        const size_t end = net->boundaries[2 * l + 2];
        for (size_t i = weights; i < end; i++) {
            x[i] = (double)(float)between(seed, 3, i, i < biases ? size : 0.1);
        }
    }
}

double network_loss(network *net, const double *x)
{
    return forward(net, x, net->input, net->out);
}

double network_loss_f32(network *net, const float *x)
{
    return (double)forward_f32(net, x, net->input_f32, net->out_f32);
}

/* up = derivative of the loss by the last outputs */
static void start_backward(const network *net)
{
    const size_t classes = net->width[net->layers];
    const double *z = net->out[net->layers - 1];
    double *up = net->up;
    for (size_t s = 0; s < NETWORK_BATCH; s++, z += classes, up += classes) {
        double top = z[0];
        for (size_t c = 1; c < classes; c++) {
            top = fmax(top, z[c]);
        }
        double total = 0.0;
        for (size_t c = 0; c < classes; c++) {
            total += exp(z[c] - top);
        }
        for (size_t c = 0; c < classes; c++) {
            const double hit = c == net->label[s] ? 1.0 : 0.0;
            up[c] = (exp(z[c] - top) / total - hit) / NETWORK_BATCH;
        }
    }
}

/* down (B,inputs) = up W' through the activation whose values are `in`; NULL: there is none. */
static void pull_back(const network *net, const double *w, const double *in, size_t inputs,
                      size_t outputs)
{
    for (size_t s = 0; s < NETWORK_BATCH; s++) {
        const double *const up = net->up + s * outputs;
        for (size_t i = 0; i < inputs; i++) {
            const double *const weights = w + i * outputs;
            double sum = 0.0;
            for (size_t o = 0; o < outputs; o++) {
                sum += weights[o] * up[o];
            }
            const double a = in[s * inputs + i];
            net->down[s * inputs + i] = sum * (net->is_tanh ? 1.0 - a * a : a > 0.0 ? 1.0 : 0.0);
        }
    }
}

void network_gradient(network *net, const double *x, double *g)
{
    (void)network_loss(net, x);
    memset(g, 0, net->count * sizeof *g);
    start_backward(net);
    for (size_t l = net->layers; l-- > 0;) {
        const size_t inputs = net->width[l];
        const size_t outputs = net->width[l + 1];
        const double *const in = l > 0 ? net->out[l - 1] : net->input;
        double *const weights = g + net->boundaries[2 * l];
        double *const biases = g + net->boundaries[2 * l + 1];
        for (size_t s = 0; s < NETWORK_BATCH; s++) {
            const double *const up = net->up + s * outputs;
            for (size_t i = 0; i < inputs; i++) {
                for (size_t o = 0; o < outputs; o++) {
                    weights[i * outputs + o] += in[s * inputs + i] * up[o];
                }
            }
            for (size_t o = 0; o < outputs; o++) {
                biases[o] += up[o];
            }
        }
        if (l > 0) {
            pull_back(net, x + net->boundaries[2 * l], in, inputs, outputs);
            double *const swap = net->up;
            net->up = net->down;
            net->down = swap;
        }
    }
}
