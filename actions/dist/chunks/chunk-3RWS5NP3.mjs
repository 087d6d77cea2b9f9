function formatTimestamp(date){return`${date.toISOString().slice(0,19)}Z`}export{formatTimestamp};
