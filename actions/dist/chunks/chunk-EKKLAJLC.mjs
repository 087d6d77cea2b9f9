function nextLink(header){return/<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(header??"")?.[1]}export{nextLink};
