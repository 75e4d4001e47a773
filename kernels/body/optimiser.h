/* optimiser.h - one parameter's step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_BODY_OPTIMISER_H
#define PK_BODY_OPTIMISER_H

#include <math.h>

#include "kernels/body/body.h"

/* Stochastic gradient descent with momentum as PyTorch has it: the velocity holds
 * gradients, and the learning rate of today weighs all of them. */
PK_BODY void
pk_sgd (float *value, float *velocity, float gradient, float decay, float momentum,
        float learning_rate)
{
  *velocity = momentum * *velocity + (gradient + decay * *value);
  *value -= learning_rate * *velocity;
}

/* The rate of a whole layer, by which LARS multiplies the learning rate: You et al. 2017,
 * equation 6. A layer of zeros, or without a gradient, moves at the plain rate. */
PK_BODY float
pk_lars_rate (double value_norm, double gradient_norm, float decay, float trust)
{
  double divisor = gradient_norm + (double) decay * value_norm;

  return value_norm > 0 && divisor > 0 ? (float) (trust * value_norm / divisor) : 1.0f;
}

/* The velocity holds steps: each is weighed by the learning rate of its own time. */
PK_BODY void
pk_lars (float *value, float *velocity, float gradient, float decay, float momentum,
         float layer_rate)
{
  *velocity = momentum * *velocity + layer_rate * (gradient + decay * *value);
  *value -= *velocity;
}

/* @correction1 is 1 - beta1^step, @correction2 the square root of 1 - beta2^step. */
PK_BODY void
pk_adamw (float *value, float *first, float *second, float gradient, float decay,
          float beta1, float beta2, float epsilon, float learning_rate, float correction1,
          float correction2)
{
  *value -= learning_rate * decay * *value;
  *first = beta1 * *first + (1 - beta1) * gradient;
  *second = beta2 * *second + (1 - beta2) * gradient * gradient;
  *value
      -= learning_rate / correction1 * *first / (sqrtf (*second) / correction2 + epsilon);
}

#endif /* PK_BODY_OPTIMISER_H */
