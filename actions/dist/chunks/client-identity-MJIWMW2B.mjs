import{parseClientIdentity}from"./chunk-HDU5CW3T.mjs";import"./chunk-VOVSBUEJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseClientIdentity};
