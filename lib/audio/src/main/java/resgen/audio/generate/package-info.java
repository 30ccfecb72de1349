/** Speech from text: tokens with their texts, prompts, the models, and what they say. */
package resgen.audio.generate;
