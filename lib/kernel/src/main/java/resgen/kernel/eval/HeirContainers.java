package resgen.kernel.eval;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.RandomAccess;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The JDK's collections, maps and optionals with their items replaced by the items' heirs.
 *
 * <p>A container that can be changed stays the same object. Its new content is first built aside,
 * where a comparator or a hash that fails does no harm, and then swapped in; a swap that fails is
 * taken back. One with a comparator of the notebook, which gets an heir too, and one that cannot be
 * changed have another container as their heir.
 */
final class HeirContainers {
  private final UnaryOperator<Object> heir;
  private final Consumer<Heirs.Change> changes;
  private final Set<Class<?>> bodies;
  private boolean freshSorted;

  /**
   * @param heir the heir of an item
   * @param changes told what to do when all heirs are whole
   * @param bodies classes that got new method bodies in place; they may hash and compare in another
   *     way, so what holds them is filled anew
   */
  HeirContainers(UnaryOperator<Object> heir, Consumer<Heirs.Change> changes, Set<Class<?>> bodies) {
    this.heir = heir;
    this.changes = changes;
    this.bodies = bodies;
  }

  private boolean isAnew(Object value) {
    return value != null && !bodies.isEmpty() && bodies.contains(value.getClass());
  }

  /** The same items into the same container. */
  private record Order(Runnable refill) implements Heirs.Change {
    @Override
    public void make() {
      refill.run();
    }

    @Override
    public void undo() {
      refill.run();
    }

    @Override
    public boolean isOrder() {
      return true;
    }
  }

  /** Whether a sorted one gets another one too: a part of one, with bounds, takes no heirs. */
  void freshSorted(boolean fresh) {
    freshSorted = fresh;
  }

  /** The container itself where it can be changed, another one otherwise. */
  @SuppressWarnings("unchecked")
  Object heir(Object old) {
    if (old instanceof Optional<?> optional) {
      Object value = optional.orElse(null);
      Object now = heir.apply(value);
      return now == value ? old : Optional.of(now);
    }
    if (old instanceof AtomicReference<?> reference) {
      reference((AtomicReference<Object>) reference);
      return old;
    }
    if (old instanceof Map.Entry<?, ?> entry) {
      return entry(entry);
    }
    if (old instanceof Map<?, ?> map) {
      return map((Map<Object, Object>) map);
    }
    return old instanceof Collection<?> items ? collection((Collection<Object>) items) : old;
  }

  private void reference(AtomicReference<Object> reference) {
    Object value = reference.get();
    Object now = heir.apply(value);
    if (now != value) {
      changes.accept(new Swap(() -> {}, () -> reference.set(now), () -> reference.set(value)));
    }
  }

  private Object entry(Map.Entry<?, ?> entry) {
    Object key = heir.apply(entry.getKey());
    Object value = heir.apply(entry.getValue());
    if (key == entry.getKey() && value == entry.getValue()) {
      return entry;
    }
    return entry instanceof AbstractMap.SimpleEntry<?, ?>
        ? new AbstractMap.SimpleEntry<>(key, value)
        : new AbstractMap.SimpleImmutableEntry<>(key, value);
  }

  /** A change that is tried aside before it is made. */
  private record Swap(Runnable aside, Runnable swap, Runnable back) implements Heirs.Change {
    @Override
    public void make() {
      aside.run();
      swap.run();
    }

    @Override
    public void undo() {
      back.run();
    }
  }

  private Object collection(Collection<Object> old) {
    List<Object> before = new ArrayList<>(old);
    List<Object> items = new ArrayList<>(before.size());
    boolean changed = false;
    for (Object item : before) {
      Object now = heir.apply(item);
      changed |= now != item;
      items.add(now);
    }
    Comparator<Object> order = comparator(old);
    @SuppressWarnings("unchecked")
    Comparator<Object> newOrder = (Comparator<Object>) heir.apply(order);
    if (newOrder != order || changed && freshSorted && old instanceof SortedSet<?>) {
      Collection<Object> fresh = fresh(old, newOrder);
      if (fresh == null) {
        throw new Heirs.NoHeir("no " + old.getClass().getName() + " with another order", null);
      }
      changes.accept(new Swap(() -> {}, () -> refill(fresh, items), () -> {}));
      return fresh;
    }
    if (!changed) {
      boolean anew = isAnew(order) || before.stream().anyMatch(this::isAnew);
      if (anew && !(old instanceof List<?>) && isMutable(old)) {
        changes.accept(new Order(() -> refill(old, before)));
      }
      return old;
    }
    if (old instanceof List<Object> list) {
      return list(list, before, items);
    }
    if (old instanceof EnumSet<?>) {
      return enumSet(items);
    }
    if (isMutable(old)) {
      changes.accept(
          new Swap(() -> aside(old, items), () -> refill(old, items), () -> refill(old, before)));
      return old;
    }
    if (old instanceof SortedSet<?>) { // a part or a view of one
      Collection<Object> copy = fresh(old, order);
      changes.accept(new Swap(() -> {}, () -> copy.addAll(items), () -> {}));
      return copy;
    }
    if (old instanceof Set<?>) {
      Set<Object> copy = new LinkedHashSet<>();
      changes.accept(new Swap(() -> {}, () -> copy.addAll(items), () -> {}));
      return Collections.unmodifiableSet(copy);
    }
    return Collections.unmodifiableList(items);
  }

  private Object list(List<Object> old, List<Object> before, List<Object> items) {
    if (old.getClass() == Arrays.asList().getClass()) { // over an array of the old type
      return Arrays.asList(items.toArray());
    }
    if (!isMutable(old)) {
      return Collections.unmodifiableList(items);
    }
    changes.accept(new Swap(() -> {}, () -> set(old, items), () -> set(old, before)));
    return old;
  }

  /** Constants are whole from the start. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object enumSet(List items) {
    return EnumSet.copyOf(items);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object enumMap(Map entries) {
    return new EnumMap(entries);
  }

  private static void set(List<Object> list, List<Object> items) {
    if (list instanceof RandomAccess) {
      for (int i = 0; i < items.size(); i++) {
        list.set(i, items.get(i));
      }
      return;
    }
    ListIterator<Object> at = list.listIterator();
    for (Object item : items) {
      at.next();
      at.set(item);
    }
  }

  private static void refill(Collection<Object> old, List<Object> items) {
    old.clear();
    old.addAll(items);
  }

  /** Fails where the container itself would: with its own order, or with the items' own hashes. */
  private static void aside(Collection<Object> old, List<Object> items) {
    Collection<Object> trial = fresh(old, comparator(old));
    (trial == null ? new LinkedHashSet<>() : trial).addAll(items);
  }

  @SuppressWarnings("unchecked")
  private static Comparator<Object> comparator(Object container) {
    Comparator<?> order = null;
    if (container instanceof SortedSet<?> set) {
      order = set.comparator();
    } else if (container instanceof SortedMap<?, ?> map) {
      order = map.comparator();
    } else if (container instanceof PriorityQueue<?> queue) {
      order = queue.comparator();
    } else if (container instanceof PriorityBlockingQueue<?> queue) {
      order = queue.comparator();
    }
    return (Comparator<Object>) order;
  }

  /** An empty container of the same kind, or null when it is of no known sorted kind. */
  private static Collection<Object> fresh(Collection<Object> old, Comparator<Object> order) {
    if (old instanceof PriorityQueue<?>) {
      return new PriorityQueue<>(order);
    }
    if (old instanceof PriorityBlockingQueue<?>) {
      return new PriorityBlockingQueue<>(Math.max(1, old.size()), order);
    }
    if (old instanceof ConcurrentSkipListSet<?>) {
      return new ConcurrentSkipListSet<>(order);
    }
    return old instanceof SortedSet<?> ? new TreeSet<>(order) : null;
  }

  private Object map(Map<Object, Object> old) {
    Map<Object, Object> before = new LinkedHashMap<>();
    List<Object> pairs = new ArrayList<>();
    List<Object> oldPairs = new ArrayList<>();
    boolean changed = false;
    for (Map.Entry<Object, Object> entry : old.entrySet()) {
      Object key = heir.apply(entry.getKey());
      Object value = heir.apply(entry.getValue());
      changed |= key != entry.getKey() || value != entry.getValue();
      pairs.addAll(Arrays.asList(key, value));
      oldPairs.addAll(Arrays.asList(entry.getKey(), entry.getValue()));
    }
    Comparator<Object> order = comparator(old);
    @SuppressWarnings("unchecked")
    Comparator<Object> newOrder = (Comparator<Object>) heir.apply(order);
    if (newOrder != order || changed && freshSorted && old instanceof SortedMap<?, ?>) {
      Map<Object, Object> fresh = fresh(old, newOrder);
      changes.accept(new Swap(() -> {}, () -> put(fresh, pairs), () -> {}));
      return fresh;
    }
    if (!changed) {
      boolean anew = isAnew(order) || old.keySet().stream().anyMatch(this::isAnew);
      if (anew && isMutable(old)) {
        changes.accept(new Order(() -> put(old, pairs)));
      }
      return old;
    }
    if (old instanceof EnumMap<?, ?>) {
      put(before, pairs);
      return enumMap(before);
    }
    if (!isMutable(old) && old instanceof SortedMap<?, ?>) { // a part or a view of one
      Map<Object, Object> copy = fresh(old, order);
      changes.accept(new Swap(() -> {}, () -> put(copy, pairs), () -> {}));
      return copy;
    }
    if (!isMutable(old)) {
      changes.accept(new Swap(() -> {}, () -> put(before, pairs), () -> {}));
      return Collections.unmodifiableMap(before);
    }
    changes.accept(
        new Swap(
            () -> put(old instanceof SortedMap<?, ?> ? fresh(old, order) : before, pairs),
            () -> put(old, pairs),
            () -> put(old, oldPairs)));
    return old;
  }

  private static Map<Object, Object> fresh(Map<Object, Object> old, Comparator<Object> order) {
    return old instanceof ConcurrentSkipListMap<?, ?>
        ? new ConcurrentSkipListMap<>(order)
        : new TreeMap<>(order);
  }

  private static void put(Map<Object, Object> into, List<Object> pairs) {
    into.clear();
    for (Iterator<Object> at = pairs.iterator(); at.hasNext(); ) {
      into.put(at.next(), at.next());
    }
  }

  /**
   * Whether it takes other items: the JDK's public kinds do, and its wrappers that take none. A
   * view of a map, a part of a list or an immutable one gets a container of its own.
   */
  private static boolean isMutable(Object container) {
    String name = container.getClass().getName();
    return name.indexOf('$') < 0
        || name.startsWith("java.util.Collections$Synchronized")
        || name.startsWith("java.util.Collections$Checked");
  }
}
