/*
 * broken_chain: the backward pass ends one layer too early.
 *
 * A network of two layers: hidden = tanh(x W1), output = hidden w2 + b2. The backward pass clears
 * all gradients, fills those of the second layer, and returns. The first layer keeps its random
 * start for ever; the loss falls all the same, because the second layer learns to live with it.
 *
 * gradaudit reports: G05 (broken-chain) for W1: the gradient is 0 where the loss clearly slopes.
 * Exit 1.
 *
 * To mend it: send the error on, dhidden = error w2^T, through the tanh, into W1.
 */
#include <gradaudit/plugin.h>

#include <math.h>
#include <string.h>

enum {
    SAMPLES = 6,
    INPUTS = 2,
    HIDDEN = 4
};

static const double inputs[SAMPLES][INPUTS] = {{1.0, 0.2},  {0.4, 1.1}, {-0.8, 0.6},
                                               {0.1, -1.3}, {0.6, 0.5}, {-0.3, 0.8}};
static const double targets[SAMPLES] = {0.9, 1.4, -0.2, -0.6, 1.1, 0.5};

typedef struct network {
    double W1[INPUTS][HIDDEN], dW1[INPUTS][HIDDEN];
    double w2[HIDDEN], dw2[HIDDEN];
    double b2, db2;
    double hidden[SAMPLES][HIDDEN], error[SAMPLES]; /* left by the forward pass */
} network;

static double loss(void *user)
{
    network *const net = user;
    double sum = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        double output = net->b2;
        for (size_t j = 0; j < HIDDEN; j++) {
            double a = 0.0;
            for (size_t k = 0; k < INPUTS; k++) {
                a += inputs[i][k] * net->W1[k][j];
            }
            net->hidden[i][j] = tanh(a);
            output += net->hidden[i][j] * net->w2[j];
        }
        net->error[i] = output - targets[i];
        sum += 0.5 * net->error[i] * net->error[i];
    }
    return sum / SAMPLES;
}

static int gradient(void *user)
{
    network *const net = user;
    memset(net->dW1, 0, sizeof net->dW1); /* wrong: and nothing ever adds to it */
    memset(net->dw2, 0, sizeof net->dw2);
    net->db2 = 0.0;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double error = net->error[i] / SAMPLES;
        for (size_t j = 0; j < HIDDEN; j++) {
            net->dw2[j] += error * net->hidden[i][j];
        }
        net->db2 += error;
    }
    return 0;
}

static ga_problem *open_network(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static network net = {
        .W1 = {{0.4, -0.7, 0.2, 0.9}, {-0.5, 0.3, 0.8, 0.1}},
        .w2 = {0.6, -0.4, 0.7, 0.5},
        .b2 = 0.1,
    };
    ga_problem *p = NULL;
    ga_problem_new("broken_chain", &p);
    GA_TENSOR(p, "W1", &net.W1[0][0], &net.dW1[0][0], INPUTS, HIDDEN);
    GA_TENSOR(p, "w2", net.w2, net.dw2, HIDDEN);
    GA_VARIABLE(p, "b2", &net.b2, &net.db2);
    ga_problem_input(p, "inputs", inputs, sizeof inputs);
    ga_problem_input(p, "targets", targets, sizeof targets);
    ga_problem_callbacks(p, loss, gradient, &net);
    return p;
}

static const ga_subject subjects[] = {
    {.name = "broken_chain",
     .summary = "the backward pass never reaches the first layer",
     .open = open_network},
};
GA_PLUGIN(subjects)
