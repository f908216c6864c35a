/* Normalizations of images and features, in 64 bits: of channels over a batch, and of groups of channels in a sample. */
#ifndef FADELAB_NORMALIZATION_H
#define FADELAB_NORMALIZATION_H

#include "program.h"
#include "vector.h"

/*
 * Of each channel, in 64 bits: mean, 1 / deviation and γ / deviation.
 * Then y = γ (x − μ) / √(σ² + ε) + β.
 */
static void normalize_forward(const Run *run, const Operation *op) {
  float *memory = run->memory;
  const int32_t channels = op->units;
  double *mean = (double *)(memory + op->moments);
  double *inverse = mean + channels, *factor = inverse + channels;
  const int32_t count = run->batch * (op->input_size / channels);
  const float *x = memory + op->input;
  float *running_mean = memory + op->running_mean, *running_variance = memory + op->running_variance;
  for (int32_t c = 0; c < channels; c++) {
    mean[c] = run->trains ? 0 : running_mean[c];
    /* Noise on the air can take a running variance below 0: it counts as 0. */
    inverse[c] = run->trains || running_variance[c] < 0 ? 0 : running_variance[c];
  }
  if (run->trains) {
    for (int32_t m = 0; m < count; m++) {
      for (int32_t c = 0; c < channels; c++) mean[c] += x[(int64_t)m * channels + c];
    }
    for (int32_t c = 0; c < channels; c++) mean[c] /= count;
    for (int32_t m = 0; m < count; m++) {
      for (int32_t c = 0; c < channels; c++) {
        const double away = x[(int64_t)m * channels + c] - mean[c];
        inverse[c] += away * away;
      }
    }
    for (int32_t c = 0; c < channels; c++) inverse[c] /= count;
  }
  if (run->trains && !run->program->only_gradient) {
    const double unbiased = count > 1 ? (double)count / (count - 1) : count;
    for (int32_t c = 0; c < channels; c++) {
      running_mean[c] = (float)(op->keep * (double)running_mean[c] + op->take * mean[c]);
      running_variance[c] = (float)(op->keep * (double)running_variance[c] + op->take * inverse[c] * unbiased);
    }
  }
  const float *gamma = memory + op->kernel, *beta = memory + op->bias;
  for (int32_t c = 0; c < channels; c++) {
    inverse[c] = 1 / __builtin_sqrt(inverse[c] + op->epsilon);
    factor[c] = inverse[c] * gamma[c];
  }
  float *y = memory + op->output;
  for (int32_t m = 0; m < count; m++) {
    for (int32_t c = 0; c < channels; c++) {
      const int64_t j = (int64_t)m * channels + c;
      y[j] = (float)(factor[c] * (x[j] - mean[c]) + beta[c]);
    }
  }
}

/* γ / σ · (g − (Σ g + x̂ Σ g x̂) / n); leaves Σ g x̂ and Σ g behind, the gradients of γ and β. */
static void normalize_backward(const Run *run, const Operation *op) {
  float *memory = run->memory;
  const int32_t channels = op->units;
  const double *mean = (const double *)(memory + op->moments);
  const double *inverse = mean + channels, *factor = inverse + channels;
  double *products = (double *)(memory + op->sums), *sums = products + channels;
  const int32_t count = run->batch * (op->input_size / channels);
  const float *x = memory + op->input, *g = memory + op->output_gradient;
  for (int32_t c = 0; c < channels; c++) products[c] = sums[c] = 0;
  for (int32_t m = 0; m < count; m++) {
    for (int32_t c = 0; c < channels; c++) {
      const int64_t j = (int64_t)m * channels + c;
      sums[c] += g[j];
      products[c] += g[j] * ((x[j] - mean[c]) * inverse[c]);
    }
  }
  if (!op->input_gradient) return;
  float *to = memory + op->input_gradient;
  for (int32_t m = 0; m < count; m++) {
    for (int32_t c = 0; c < channels; c++) {
      const int64_t j = (int64_t)m * channels + c;
      const double normal = (x[j] - mean[c]) * inverse[c];
      to[j] = (float)(factor[c] * (g[j] - (sums[c] + normal * products[c]) / count));
    }
  }
}

/* Of each sample and group: mean and 1 / deviation. Then y = γ (x − μ) / √(σ² + ε) + β, γ and β by channel. */
static void normalize_groups_forward(const Run *run, const Operation *op) {
  float *memory = run->memory;
  const int32_t channels = op->units, width = channels / op->groups, pixels = op->input_size / channels;
  const float *gamma = memory + op->kernel, *beta = memory + op->bias;
  double *moments = (double *)(memory + op->moments);
  for (int32_t n = 0; n < run->batch * op->groups; n++, moments += 2) {
    const int32_t from = n % op->groups * width;
    const int64_t at = (int64_t)(n / op->groups) * op->input_size + from;
    const float *x = memory + op->input + at;
    float *y = memory + op->output + at;
    double mean = 0, square = 0;
    for (int32_t m = 0; m < pixels; m++) for (int32_t c = 0; c < width; c++) mean += x[m * channels + c];
    mean /= pixels * width;
    for (int32_t m = 0; m < pixels; m++) {
      for (int32_t c = 0; c < width; c++) {
        const double away = x[m * channels + c] - mean;
        square += away * away;
      }
    }
    const double inverse = 1 / __builtin_sqrt(square / (pixels * width) + op->epsilon);
    moments[0] = mean;
    moments[1] = inverse;
    for (int32_t m = 0; m < pixels; m++) {
      for (int32_t c = 0; c < width; c++) {
        const int32_t j = m * channels + c;
        y[j] = (float)(gamma[from + c] * ((x[j] - mean) * inverse) + beta[from + c]);
      }
    }
  }
}

/* 1 / σ · (γ g − (Σ γ g + x̂ Σ γ g x̂) / n), sums over a group; leaves the gradients of γ and β behind. */
static void normalize_groups_backward(const Run *run, const Operation *op) {
  float *memory = run->memory;
  const int32_t channels = op->units, width = channels / op->groups, pixels = op->input_size / channels;
  const float *gamma = memory + op->kernel;
  const double *moments = (const double *)(memory + op->moments);
  double *products = (double *)(memory + op->sums), *sums = products + channels;
  for (int32_t c = 0; c < channels; c++) products[c] = sums[c] = 0;
  for (int32_t n = 0; n < run->batch * op->groups; n++, moments += 2) {
    const int32_t from = n % op->groups * width;
    const int64_t at = (int64_t)(n / op->groups) * op->input_size + from;
    const float *x = memory + op->input + at, *g = memory + op->output_gradient + at;
    const double mean = moments[0], inverse = moments[1];
    double sum = 0, product = 0;
    for (int32_t m = 0; m < pixels; m++) {
      for (int32_t c = 0; c < width; c++) {
        const int32_t j = m * channels + c;
        const double normal = (x[j] - mean) * inverse;
        products[from + c] += g[j] * normal;
        sums[from + c] += g[j];
        sum += gamma[from + c] * g[j];
        product += gamma[from + c] * g[j] * normal;
      }
    }
    if (!op->input_gradient) continue;
    float *to = memory + op->input_gradient + at;
    for (int32_t m = 0; m < pixels; m++) {
      for (int32_t c = 0; c < width; c++) {
        const int32_t j = m * channels + c;
        const double normal = (x[j] - mean) * inverse;
        to[j] = (float)(inverse * (gamma[from + c] * g[j] - (sum + normal * product) / (pixels * width)));
      }
    }
  }
}

#endif
