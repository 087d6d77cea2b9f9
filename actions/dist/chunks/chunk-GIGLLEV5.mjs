async function passContent(source,descriptor){return source.pass?.(descriptor)??source.open(descriptor)}export{passContent};
