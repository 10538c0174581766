/**
 * The smallest image and the smallest sound that clients accept, in base64.
 *
 * They are not fetched or generated: what a client receives is the same on every run.
 */

/** One red pixel, `image/png`. */
export const redPixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

/** A header and no samples, `audio/wav`: 8 kHz, 8 bits, one channel. */
export const silence = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="
