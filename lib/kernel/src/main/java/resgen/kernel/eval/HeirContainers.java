package resgen.kernel.eval;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The JDK's collections, maps and optionals with their items replaced by the items' heirs. */
final class HeirContainers {
  private final UnaryOperator<Object> heir;
  private final List<Runnable> refills = new ArrayList<>();

  HeirContainers(UnaryOperator<Object> heir) {
    this.heir = heir;
  }

  /** Puts the heirs where they belong, once they are whole. */
  void fill() {
    refills.forEach(Runnable::run);
    refills.clear();
  }

  void forget() {
    refills.clear();
  }

  /** The container itself where it can be changed, another one otherwise. */
  @SuppressWarnings("unchecked")
  Object heir(Object old) {
    if (old instanceof Optional<?> optional) {
      Object value = optional.orElse(null);
      Object now = heir.apply(value);
      return now == value ? old : Optional.of(now);
    }
    if (old instanceof Map<?, ?> map) {
      return map((Map<Object, Object>) map);
    }
    return old instanceof Collection<?> items ? collection((Collection<Object>) items) : old;
  }

  private Object collection(Collection<Object> old) {
    List<Object> items = new ArrayList<>(old.size());
    boolean changed = false;
    for (Object item : old) {
      Object now = heir.apply(item);
      changed |= now != item;
      items.add(now);
    }
    if (!changed) {
      return old;
    }
    if (isMutable(() -> old.addAll(List.of()))) {
      refills.add(() -> replace(old, items));
      return old;
    }
    if (old instanceof Set<?>) {
      Set<Object> copy = new LinkedHashSet<>();
      refills.add(() -> copy.addAll(items));
      return Collections.unmodifiableSet(copy);
    }
    return Collections.unmodifiableList(items);
  }

  private static void replace(Collection<Object> old, List<Object> items) {
    if (old instanceof List<Object> list) {
      ListIterator<Object> at = list.listIterator();
      for (Object item : items) {
        at.next();
        at.set(item);
      }
    } else {
      old.clear();
      old.addAll(items);
    }
  }

  private Object map(Map<Object, Object> old) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    List<Object> pairs = new ArrayList<>();
    boolean changed = false;
    for (Map.Entry<Object, Object> entry : old.entrySet()) {
      Object key = heir.apply(entry.getKey());
      Object value = heir.apply(entry.getValue());
      changed |= key != entry.getKey() || value != entry.getValue();
      pairs.add(key);
      pairs.add(value);
    }
    if (!changed) {
      return old;
    }
    boolean mutable = isMutable(() -> old.putAll(Map.of()));
    Map<Object, Object> into = mutable ? old : entries;
    refills.add(
        () -> {
          into.clear();
          for (int i = 0; i < pairs.size(); i += 2) {
            into.put(pairs.get(i), pairs.get(i + 1));
          }
        });
    return mutable ? old : Collections.unmodifiableMap(entries);
  }

  private static boolean isMutable(Runnable change) {
    try {
      change.run();
      return true;
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }
}
