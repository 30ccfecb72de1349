package resgen.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void eachGoesClassByClassAndCycleInTurn() {
    assertEquals(Labels.of(0, 0, 1, 1, 2, 2), Labels.each(2, 3));
    assertEquals(Labels.of(0, 1, 2, 0, 1), Labels.cycle(5, 3));
    assertEquals(100, Labels.each(10).size());
    assertEquals(9, Labels.each(10).get(99));
    assertEquals(Labels.of(4, 4), Labels.repeat(4, 2));
    assertEquals(Labels.of(1, 1), Labels.each(2, 3).range(2, 4));
    assertNotEquals(Labels.of(1), Labels.of(2));
  }

  @Test
  void eachWithoutANumberOfClassesIsOfTheModelsClasses() {
    assertEquals(Labels.each(2, 3), Labels.each(2).forClasses(3));
    assertEquals(Labels.each(2, 12), Labels.each(2).forClasses(12));
    assertEquals(Labels.each(2, 10), Labels.each(2).forClasses(0));
    assertEquals(Labels.each(2, 10), Labels.each(2, 10).forClasses(3));
    assertEquals(Labels.of(5, 1), Labels.of(5, 1).forClasses(3));
  }

  @Test
  void arraysAreCopied() {
    int[] source = {1, 2};
    Labels labels = Labels.of(source);
    source[0] = 9;
    labels.toArray()[1] = 9;
    assertArrayEquals(new int[] {1, 2}, labels.toArray());
  }

  @Test
  void wrongLabelsAreNamed() {
    Exception negative = assertThrows(IllegalArgumentException.class, () -> Labels.of(1, -2));
    assertTrue(negative.getMessage().contains("label 1 is -2"), negative.getMessage());
    Exception unknown =
        assertThrows(IllegalArgumentException.class, () -> Labels.of(0, 9, 10).within(10));
    assertTrue(unknown.getMessage().contains("label 2 is 10, expected 0..9"), unknown.getMessage());
    assertEquals(2, Labels.of(0, 9).within(10).size());
    assertThrows(IllegalArgumentException.class, () -> Labels.each(1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> Labels.of(1).range(0, 2));
  }
}
