/** Speech measured by everything at once, and the table of floors. */
package resgen.audio.evaluate;
