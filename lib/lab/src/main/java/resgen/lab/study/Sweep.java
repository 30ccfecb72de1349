package resgen.lab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.settings.Overrides;

/**
 * Values of sampling settings to be tried in all combinations.
 *
 * @param values by path, each as JSON
 */
record Sweep(Map<String, List<String>> values) {

  /**
   * From an experiment's file.
   *
   * @param value an object of lists, or null for nothing to vary
   */
  static Sweep of(Object value) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (value == null) {
      return new Sweep(values);
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("sweep " + value + " is not an object of lists by path");
    }
    map.forEach(
        (path, list) -> {
          if (!(list instanceof List<?> some) || some.isEmpty()) {
            throw new IllegalArgumentException(
                "sweep of " + path + ": " + list + " is not a list of one value or more");
          }
          values.put((String) path, some.stream().map(Json::line).toList());
        });
    return new Sweep(values);
  }

  /** The settings in all combinations of the values, the last path varying fastest. */
  List<Sampling> over(Sampling base) {
    List<Sampling> all = new ArrayList<>(List.of(base));
    values.forEach(
        (path, list) -> {
          List<Sampling> next = new ArrayList<>();
          for (Sampling one : all) {
            list.forEach(
                value -> next.add(Overrides.apply(one, Sampling.class, Map.of(path, value))));
          }
          all.clear();
          all.addAll(next);
        });
    return all;
  }
}
