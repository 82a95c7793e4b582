/*
 * A small network with its backward pass, as people write them by hand: the shared part of
 * iris_mlp.c, iris_mlp_wrong.c and iris_mlp_float.c, which say what REAL is and then include this
 * file once.
 *
 *   hidden = tanh(x W1 + b1)         x (N,4)   W1 (4,16)   b1 (16)
 *   logits = hidden W2 + b2                    W2 (16,3)   b2 (3)
 *   loss   = mean_i -log softmax(logits_i)[label_i] + DECAY/2 (|W1|^2 + |W2|^2)
 *
 * Each tensor and its gradient are buffers of the network; the loss leaves the activations behind
 * that the gradient needs.
 */
#ifndef GRADAUDIT_EXAMPLES_IRIS_MLP_H
#define GRADAUDIT_EXAMPLES_IRIS_MLP_H

#include "iris_data.h"

#include <gradaudit/plugin.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>

enum {
    FEATURES = IRIS_FEATURES,
    HIDDEN = 16,
    CLASSES = IRIS_CLASSES
};

#define DECAY ((REAL)0.05)

#ifndef W2_SLOT /* where the gradient of W2[unit,class] is stored */
#define W2_SLOT(unit, class) ((unit)*CLASSES + (class))
#endif
#ifndef W1_DECAY /* what weight decay adds to the gradient of W1, per unit of W1 */
#define W1_DECAY DECAY
#endif

typedef struct network {
    REAL W1[FEATURES * HIDDEN], b1[HIDDEN], W2[HIDDEN * CLASSES], b2[CLASSES];
    REAL dW1[FEATURES * HIDDEN], db1[HIDDEN], dW2[HIDDEN * CLASSES], db2[CLASSES];
    size_t count;
    REAL *inputs;      /* (count, 4) */
    int *labels;       /* (count) */
    REAL *hidden;      /* (count, 16), left by the forward pass */
    REAL *probability; /* (count, 3), likewise */
} network;

/* -log of the probability given to the right class; fills one row of hidden and probability. */
static REAL forward(const network *net, size_t sample)
{
    const REAL *const x = net->inputs + sample * FEATURES;
    REAL *const hidden = net->hidden + sample * HIDDEN;
    REAL *const probability = net->probability + sample * CLASSES;
    for (size_t j = 0; j < HIDDEN; j++) {
        REAL a = net->b1[j];
        for (size_t k = 0; k < FEATURES; k++) {
            a += x[k] * net->W1[k * HIDDEN + j];
        }
        hidden[j] = tanh(a);
    }
    REAL logits[CLASSES];
    REAL largest = -(REAL)INFINITY;
    for (size_t c = 0; c < CLASSES; c++) {
        logits[c] = net->b2[c];
        for (size_t j = 0; j < HIDDEN; j++) {
            logits[c] += hidden[j] * net->W2[j * CLASSES + c];
        }
        largest = logits[c] > largest ? logits[c] : largest;
    }
    REAL sum = 0;
    for (size_t c = 0; c < CLASSES; c++) {
        probability[c] = exp(logits[c] - largest); /* at most 1 */
        sum += probability[c];
    }
    for (size_t c = 0; c < CLASSES; c++) {
        probability[c] /= sum;
    }
    return log(sum) - (logits[net->labels[sample]] - largest);
}

/* Sums over many terms are taken in double, whatever REAL is: it costs nothing, and the mean over
 * 150 flowers taken in float is thirty times as noisy. */
static double sum_of_squares(const REAL *values, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)values[i] * (double)values[i];
    }
    return sum;
}

static double loss(void *user)
{
    const network *const net = user;
    double sum = 0.0;
    for (size_t i = 0; i < net->count; i++) {
        sum += (double)forward(net, i);
    }
    const double squares =
        sum_of_squares(net->W1, FEATURES * HIDDEN) + sum_of_squares(net->W2, HIDDEN * CLASSES);
    return sum / (double)net->count + (double)DECAY / 2.0 * squares;
}

/* Adds one sample's part to all gradients. */
static void backward(network *net, size_t sample)
{
    const REAL *const x = net->inputs + sample * FEATURES;
    const REAL *const hidden = net->hidden + sample * HIDDEN;
    REAL dlogits[CLASSES];
    for (size_t c = 0; c < CLASSES; c++) {
        const REAL wanted = (int)c == net->labels[sample] ? 1 : 0;
        dlogits[c] = (net->probability[sample * CLASSES + c] - wanted) / (REAL)net->count;
        net->db2[c] += dlogits[c];
    }
    for (size_t j = 0; j < HIDDEN; j++) {
        REAL dhidden = 0;
        for (size_t c = 0; c < CLASSES; c++) {
            net->dW2[W2_SLOT(j, c)] += hidden[j] * dlogits[c];
            dhidden += net->W2[j * CLASSES + c] * dlogits[c];
        }
        const REAL da = dhidden * (1 - hidden[j] * hidden[j]);
        for (size_t k = 0; k < FEATURES; k++) {
            net->dW1[k * HIDDEN + j] += x[k] * da;
        }
        net->db1[j] += da;
    }
}

static int gradient(void *user)
{
    network *const net = user;
    for (size_t i = 0; i < FEATURES * HIDDEN; i++) {
        net->dW1[i] = W1_DECAY * net->W1[i];
    }
    for (size_t j = 0; j < HIDDEN; j++) {
        for (size_t c = 0; c < CLASSES; c++) {
            net->dW2[W2_SLOT(j, c)] = DECAY * net->W2[j * CLASSES + c];
        }
    }
    memset(net->db1, 0, sizeof net->db1);
    memset(net->db2, 0, sizeof net->db2);
    for (size_t i = 0; i < net->count; i++) {
        backward(net, i);
    }
    return 0;
}

/* Uniform in (-width, width): the same numbers in each run and on each machine (splitmix64). */
static void draw(uint64_t *seed, double width, REAL *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        z ^= z >> 31;
        values[i] = (REAL)(width * (2.0 * ((double)(z >> 11) + 0.5) * 0x1p-53 - 1.0));
    }
}

static void close_network(void *arg)
{
    network *const net = arg;
    free(net->inputs);
    free(net->labels);
    free(net->hidden);
    free(net->probability);
    free(net);
}

/* Takes the flowers over: labels as they are, features as REAL. 0 = ok. */
static int take_data(network *net, iris_data *data)
{
    net->count = data->count;
    net->labels = data->labels;
    data->labels = NULL;
    net->inputs = calloc(net->count * FEATURES, sizeof *net->inputs);
    net->hidden = calloc(net->count * HIDDEN, sizeof *net->hidden);
    net->probability = calloc(net->count * CLASSES, sizeof *net->probability);
    if (!net->inputs || !net->hidden || !net->probability) {
        return -1;
    }
    for (size_t i = 0; i < net->count; i++) {
        for (size_t k = 0; k < FEATURES; k++) {
            net->inputs[i * FEATURES + k] = (REAL)data->features[i][k];
        }
    }
    return 0;
}

/* argv[0] is the name of the subject and of the loss; argv[1], if any, another CSV file. */
static ga_problem *open_network(int argc, char **argv)
{
    ga_problem *p = NULL;
    ga_problem_new(argv[0], &p);
    if (argc > 2) {
        ga_problem_fail(p, "%s takes one argument, a CSV file", argv[0]);
        return p;
    }
    char why[512];
    iris_data data;
    if (iris_read(argc > 1 ? argv[1] : NULL, &data, why, sizeof why) != 0) {
        ga_problem_fail(p, "%s", why);
        return p;
    }
    network *const net = calloc(1, sizeof *net);
    const int taken = net && take_data(net, &data) == 0;
    iris_clear(&data);
    if (!taken) {
        ga_problem_fail(p, "out of memory");
        if (net) {
            close_network(net);
        }
        return p;
    }
    ga_problem_on_free(p, close_network, net);

    uint64_t seed = 1936;
    draw(&seed, 0.5, net->W1, FEATURES * HIDDEN); /* 1/sqrt(4) */
    draw(&seed, 0.5, net->b1, HIDDEN);
    draw(&seed, 0.25, net->W2, HIDDEN * CLASSES); /* 1/sqrt(16) */
    draw(&seed, 0.25, net->b2, CLASSES);

    GA_TENSOR(p, "W1", net->W1, net->dW1, FEATURES, HIDDEN);
    GA_TENSOR(p, "b1", net->b1, net->db1, HIDDEN);
    GA_TENSOR(p, "W2", net->W2, net->dW2, HIDDEN, CLASSES);
    GA_TENSOR(p, "b2", net->b2, net->db2, CLASSES);
    ga_problem_input(p, "flowers", net->inputs, net->count * FEATURES * sizeof *net->inputs);
    ga_problem_input(p, "labels", net->labels, net->count * sizeof *net->labels);
    ga_problem_callbacks(p, loss, gradient, net);
    return p;
}

#endif
