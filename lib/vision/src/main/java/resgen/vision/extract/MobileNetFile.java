package resgen.vision.extract;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.settings.Json;

/**
 * A chain of convolutions read from Keras files: {@code topology.json} (the model as Keras writes
 * it), {@code index.json} (name, shape and offset in floats of each weight) and {@code
 * weights.f32le.bin}. Batch norms are folded into the convolutions before them; what follows the
 * global average pooling is left out.
 *
 * @param layers in their order
 */
record MobileNetFile(List<Layer> layers) {

  private static final int MOST_LAYERS = 1000;

  /**
   * One convolution with 'same' padding and what follows it.
   *
   * @param weight {@code [out, in/groups, size, size]}
   * @param bias {@code [out]}
   * @param clipped whether relu6 follows
   */
  record Layer(
      String name,
      int out,
      int perGroup,
      int size,
      int groups,
      int stride,
      float[] weight,
      float[] bias,
      boolean clipped) {}

  private record Weight(int[] shape, float[] values) {}

  static MobileNetFile read(Path folder) {
    try {
      JsonNode topology = json(folder.resolve("topology.json"));
      Map<String, Weight> weights =
          weights(json(folder.resolve("index.json")), bytes(folder.resolve("weights.f32le.bin")));
      return new MobileNetFile(layers(topology.at("/model_config/config/layers"), weights));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          folder + " is not a MobileNet in Keras files: " + e.getMessage(), e);
    }
  }

  /** Length of the feature vector: channels of the last layer. */
  int features() {
    return layers.get(layers.size() - 1).out();
  }

  private static JsonNode json(Path path) {
    return Json.read(path, JsonNode.class);
  }

  private static ByteBuffer bytes(Path path) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Weight> weights(JsonNode index, ByteBuffer bytes) {
    Map<String, Weight> weights = new LinkedHashMap<>();
    long available = bytes.capacity() / Float.BYTES;
    for (JsonNode entry : index) {
      String name = entry.path("name").asText();
      int[] shape = new int[entry.path("shape").size()];
      long count = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = entry.path("shape").get(i).asInt();
        count = shape[i] < 1 ? -1 : Math.multiplyExact(count, (long) shape[i]);
      }
      long offset = entry.path("offset").asLong(-1);
      if (count < 1 || offset < 0 || offset > available - count) {
        throw new IllegalArgumentException(
            "weight %s: %d floats at %d are not within the %d of weights.f32le.bin"
                .formatted(name, count, offset, available));
      }
      float[] values = new float[(int) count];
      bytes
          .duplicate()
          .order(ByteOrder.LITTLE_ENDIAN)
          .position((int) (offset * Float.BYTES))
          .asFloatBuffer()
          .get(values);
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "weight " + name + " has the value " + value + ", which is not finite");
        }
      }
      weights.put(name, new Weight(shape, values));
    }
    return weights;
  }

  private static List<Layer> layers(JsonNode nodes, Map<String, Weight> weights) {
    List<Layer> layers = new ArrayList<>();
    String previous = null;
    for (JsonNode node : nodes) {
      String kind = node.path("class_name").asText();
      String name = node.path("name").asText();
      String from = node.at("/inbound_nodes/0/0/0").asText(null);
      if (previous != null && !previous.equals(from)) {
        throw new IllegalArgumentException(
            "layer " + name + " follows " + from + "; only a chain is known, after " + previous);
      }
      previous = name;
      JsonNode config = node.path("config");
      switch (kind) {
        case "InputLayer" -> {}
        case "Conv2D" -> layers.add(convolution(name, config, weights, false));
        case "DepthwiseConv2D" -> layers.add(convolution(name, config, weights, true));
        case "BatchNormalization" ->
            replaceLast(layers, normalized(last(layers), name, config, weights));
        case "Activation" -> replaceLast(layers, activated(last(layers), config));
        case "GlobalAveragePooling2D" -> {
          last(layers);
          return List.copyOf(layers);
        }
        default ->
            throw new IllegalArgumentException("layer " + name + " is of unknown kind " + kind);
      }
      if (layers.size() > MOST_LAYERS) {
        throw new IllegalArgumentException("more than " + MOST_LAYERS + " layers");
      }
    }
    throw new IllegalArgumentException("there is no GlobalAveragePooling2D");
  }

  private static Layer last(List<Layer> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("there is no convolution at the start");
    }
    return layers.get(layers.size() - 1);
  }

  private static void replaceLast(List<Layer> layers, Layer layer) {
    layers.set(layers.size() - 1, layer);
  }

  /** Keras keeps {@code [height, width, in, out]}, or {@code [height, width, in, 1]} depthwise. */
  private static Layer convolution(
      String name, JsonNode config, Map<String, Weight> weights, boolean depthwise) {
    Weight kernel = weight(weights, name + (depthwise ? "/depthwise_kernel" : "/kernel"));
    int[] s = kernel.shape;
    int stride = config.at("/strides/0").asInt();
    boolean known =
        s.length == 4
            && s[0] == s[1]
            && (!depthwise || s[3] == 1)
            && config.path("padding").asText().equals("same")
            && config.path("activation").asText().equals("linear")
            && stride >= 1
            && stride == config.at("/strides/1").asInt();
    if (!known) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + ": only square kernels with 'same' padding, equal strides, linear activation and"
              + " depth multiplier 1 are known");
    }
    int out = depthwise ? s[2] : s[3];
    int perGroup = depthwise ? 1 : s[2];
    float[] turned = new float[kernel.values.length];
    for (int at = 0; at < turned.length; at++) {
      int last = at % s[3];
      int in = at / s[3] % s[2];
      int pixel = at / (s[2] * s[3]);
      int row = depthwise ? in : last * perGroup + in;
      turned[row * s[0] * s[1] + pixel] = kernel.values[at];
    }
    float[] bias =
        config.path("use_bias").asBoolean() ? vector(weights, name + "/bias", out) : new float[out];
    return new Layer(name, out, perGroup, s[0], depthwise ? out : 1, stride, turned, bias, false);
  }

  private static Layer normalized(
      Layer layer, String name, JsonNode config, Map<String, Weight> weights) {
    float[] gamma = vector(weights, name + "/gamma", layer.out);
    float[] beta = vector(weights, name + "/beta", layer.out);
    float[] mean = vector(weights, name + "/moving_mean", layer.out);
    float[] variance = vector(weights, name + "/moving_variance", layer.out);
    if (layer.clipped) {
      throw new IllegalArgumentException("layer " + name + " must follow a convolution at once");
    }
    double epsilon = config.path("epsilon").asDouble();
    float[] weight = layer.weight.clone();
    float[] bias = new float[layer.out];
    int each = weight.length / layer.out;
    for (int c = 0; c < layer.out; c++) {
      double factor = gamma[c] / Math.sqrt(variance[c] + epsilon);
      if (!Double.isFinite(factor)) {
        throw new IllegalArgumentException(
            "layer %s has the variance %s and epsilon %s in channel %d, which cannot be"
                .formatted(name, variance[c], epsilon, c));
      }
      for (int i = c * each; i < (c + 1) * each; i++) {
        weight[i] *= (float) factor;
      }
      bias[c] = (float) ((layer.bias[c] - mean[c]) * factor + beta[c]);
    }
    return new Layer(
        layer.name,
        layer.out,
        layer.perGroup,
        layer.size,
        layer.groups,
        layer.stride,
        weight,
        bias,
        false);
  }

  private static Layer activated(Layer layer, JsonNode config) {
    String activation = config.path("activation").asText();
    if (!activation.equals("relu6")) {
      throw new IllegalArgumentException(
          "after " + layer.name + ": activation " + activation + " is not relu6");
    }
    return new Layer(
        layer.name,
        layer.out,
        layer.perGroup,
        layer.size,
        layer.groups,
        layer.stride,
        layer.weight,
        layer.bias,
        true);
  }

  private static float[] vector(Map<String, Weight> weights, String name, int length) {
    float[] values = weight(weights, name).values;
    if (values.length != length) {
      throw new IllegalArgumentException(
          "weight " + name + " has " + values.length + " floats, expected " + length);
    }
    return values;
  }

  private static Weight weight(Map<String, Weight> weights, String name) {
    Weight weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("weight " + name + " is missing");
    }
    return weight;
  }
}
