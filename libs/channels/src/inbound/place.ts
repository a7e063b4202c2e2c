/** A spot on the map as providers tell it. */
export interface Place {
  readonly name?: string;
  readonly address?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

function coordinates({ latitude, longitude }: Place): string | undefined {
  return latitude === undefined || longitude === undefined ? undefined : `${latitude},${longitude}`;
}

/** A place as a line an agent can read. */
export function placeText(place: Place): string {
  const words = [place.name, place.address, coordinates(place)].filter((word) => word !== undefined);
  return `[location: ${words.join(', ') || 'unknown'}]`;
}

/** A place as a `geo:` URI (RFC 5870), when its coordinates are known. */
export function placeUri(place: Place): string | undefined {
  const found = coordinates(place);
  return found === undefined ? undefined : `geo:${found}`;
}
